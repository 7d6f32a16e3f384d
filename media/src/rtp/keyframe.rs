//! How much a key frame is wanted.

/// Why somebody who only records wants a key frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyframeNeed {
    /// A recording can be sought to it. It may wait.
    Useful,
    /// Without it pictures cannot be decoded, or nothing can be sought.
    Required,
}
