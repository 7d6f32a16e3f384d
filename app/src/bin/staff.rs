//! The staff's entry: seller, support, compliance and admin, and the platform's own people.

fn main() {
    orderline_app::start::start(
        orderline_app::people::session::STAFF,
        orderline_app::pages::staff::door,
        orderline_app::pages::staff::page,
    );
}
