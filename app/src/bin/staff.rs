//! The entry of those who sell: threads, calls and offers, customers and orders.

fn main() {
    orderline_app::start::start(
        orderline_domain::people::roles::Entry::Staff,
        orderline_app::pages::staff::door,
        orderline_app::pages::staff::page,
    );
}
