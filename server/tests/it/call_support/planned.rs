//! Calls that are planned, as a person's page has them.

use super::Page;
use orderline_protocol::{
    around::{AppointmentList, AppointmentStep, AppointmentView},
    socket::Command,
};

/// The person's planned calls, the next first.
pub(crate) async fn planned(page: &Page) -> Vec<AppointmentView> {
    let list: AppointmentList = page.browser.read("/api/appointments").await;
    list.items
}

/// The command that takes a step with a planned call, as it was seen.
pub(crate) fn step(it: &AppointmentView, step: AppointmentStep) -> Command {
    Command::ChangeAppointment {
        appointment: it.appointment,
        version: it.version,
        step,
    }
}
