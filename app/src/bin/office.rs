//! The entry of those who keep a shop or the platform, and of those who review: people, rules, recordings.

fn main() {
    orderline_app::start::start(
        orderline_domain::people::roles::Entry::Office,
        orderline_app::pages::office::door,
        orderline_app::pages::office::page,
    );
}
