//! What the measurements have in common: quantiles, processor time, memory, the disk's own speed.
