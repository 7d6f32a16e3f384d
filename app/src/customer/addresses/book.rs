//! What the page knows of a customer's addresses, and what it asks the server to change.

use crate::{api, browser, components::sending::Form};
use leptos::prelude::*;
use orderline_domain::{
    customer::addresses::AddressData,
    ids::{AddressId, CustomerId},
};
use orderline_protocol::customer::{AddressView, PutAddress};

/// The button that opens the form, where the focus goes back to.
pub(super) const ADD_ID: &str = "add-address";

/// What the card works on. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Book {
    pub customer: CustomerId,
    pub all: RwSignal<Vec<AddressView>>,
    /// The one that is being typed.
    pub open: RwSignal<Option<AddressView>>,
    /// What came of the buttons beside the addresses.
    pub form: Form,
    /// Who looks may change them.
    pub edits: bool,
}

impl Book {
    /// Saves one, in the words of `form`.
    pub(super) fn put(self, form: Form, it: &AddressView, data: AddressData) {
        let (customer, address) = (self.customer, it.address);
        let wish = PutAddress {
            data,
            version: it.version,
        };
        form.send(
            async move { api::customer::put_address(customer, address, &wish).await },
            move |came| {
                self.all.try_set(came.addresses);
                self.close();
            },
        );
    }

    /// Takes one away.
    pub(super) fn remove(self, address: AddressId) {
        let customer = self.customer;
        self.form.send(
            async move {
                api::customer::remove_address(customer, address).await?;
                api::customer::addresses(customer).await
            },
            move |came| {
                self.all.try_set(came.addresses);
                browser::focus(ADD_ID);
            },
        );
    }

    pub(super) fn close(self) {
        if self.open.try_set(None).is_none() {
            browser::focus(ADD_ID);
        }
    }
}
