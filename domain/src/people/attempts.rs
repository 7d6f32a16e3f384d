//! How many wrong attempts at a secret are borne, and whose they count as. People who have nothing to do with each other
//! never share a count; a secret that nobody can guess (256 bits) is never refused because of wrong ones.

use jiff::SignedDuration;

/// So many wrong attempts at once, and one more after each pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    pub burst: u32,
    pub pause: SignedDuration,
}

/// Wrong passwords for one account from one network.
pub const PASSWORDS_OF_BOTH: Patience = Patience {
    burst: 5,
    pause: SignedDuration::from_mins(3),
};
/// Wrong passwords for one account, from wherever. Networks from which its person signed in before do not wait for
/// what others tried.
pub const PASSWORDS_OF_ACCOUNT: Patience = Patience {
    burst: 20,
    pause: SignedDuration::from_mins(1),
};
/// Wrong passwords from one network, whosever accounts.
pub const PASSWORDS_OF_NETWORK: Patience = Patience {
    burst: 40,
    pause: SignedDuration::from_secs(15),
};
/// Links to accounts that one network asks for, whosever accounts.
pub const ACCOUNT_LINKS_OF_NETWORK: Patience = Patience {
    burst: 20,
    pause: SignedDuration::from_mins(1),
};
/// Challenges for passkeys that one network asks for.
pub const PASSKEYS_OF_NETWORK: Patience = Patience {
    burst: 60,
    pause: SignedDuration::from_secs(2),
};
/// Codes of one person's second factor that are tried from one network: whoever tries has shown the first one.
pub const SECOND_FACTORS_OF_BOTH: Patience = Patience {
    burst: 5,
    pause: SignedDuration::from_mins(1),
};
/// Codes of one person's second factor that are tried, from wherever: six digits bear no more.
pub const SECOND_FACTORS_OF_PERSON: Patience = Patience {
    burst: 30,
    pause: SignedDuration::from_mins(5),
};
/// Questions to vendors that people without an account ask from one network.
pub const QUESTIONS_OF_NETWORK: Patience = Patience {
    burst: 12,
    pause: SignedDuration::from_mins(2),
};
/// Links that were none, from one network.
pub const LINKS_OF_NETWORK: Patience = Patience {
    burst: 10,
    pause: SignedDuration::from_secs(5),
};
