//! The buyer's entry: sign-in, threads, calls and offers. Nothing of the staff's pages is reachable from here.

fn main() {
    orderline_app::start::start(
        orderline_domain::people::roles::Entry::Buyer,
        orderline_app::pages::buyer::door,
        orderline_app::pages::buyer::page,
    );
}
