//! Calls: started, answered, moved, handed over, ended; who may call.

pub mod answer;
pub mod change_over;
pub mod contract_talk;
pub mod hand_over;
pub mod hang_up;
pub mod ice;
pub mod leases;
pub mod legs;
pub mod life;
pub mod line_check;
pub mod own_rule;
pub mod quality;
pub mod rules;
pub mod sellers;
pub mod shut;
pub mod standing;
pub mod start;
pub mod ticket;
