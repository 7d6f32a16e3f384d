use orderline_domain::people::roles::{Action, Entry, Relation, Role, allowed};

/// Who may do what, written out. A column holds `O` for own only, `A` for own and others', `-` for neither.
/// Columns: seller, rep, buyer, compliance, support, admin, the platform's admin, support and compliance.
const MATRIX: [(Action, &str); 60] = [
    (Action::OpenThread, "OO-------"),
    (Action::ReadThread, "OOOAA----"),
    (Action::SendMessage, "OOO------"),
    (Action::StartCall, "OO-------"),
    (Action::AnswerCall, "--O------"),
    (Action::HangUp, "OOO------"),
    (Action::JoinCall, "OOO------"),
    (Action::DecideConsent, "--O------"),
    (Action::LeadContractTalk, "OO-------"),
    (Action::EditOffer, "OO-------"),
    (Action::ShowOffer, "OO-------"),
    (Action::ConfirmOffer, "--O------"),
    (Action::FinaliseOrder, "OO-------"),
    (Action::ReadOrder, "OOOAA----"),
    (Action::ReadCatalogue, "AAO--A---"),
    (Action::SearchRecordings, "---A-----"),
    (Action::PlayRecording, "---A-----"),
    (Action::ReadAccessLog, "---A-A---"),
    (Action::RequestCall, "--O------"),
    (Action::AnswerCallRequest, "OO-------"),
    (Action::ReadPolicies, "AA-AAA---"),
    (Action::EditPolicies, "-----A---"),
    (Action::AcceptOrder, "--O------"),
    (Action::ReadCallQuality, "OO-AA----"),
    (Action::SwitchCalls, "OO-------"),
    (Action::SummariseCall, "OO-------"),
    (Action::CloseThread, "OO-------"),
    (Action::EditCallingRules, "O----O---"),
    (Action::ReadCallingRules, "OO---O---"),
    (Action::EditOwnCallingRule, "OO-------"),
    (Action::ReadMailbox, "OOOOOOOOO"),
    (Action::PlanCall, "OOO------"),
    (Action::NoteOutcome, "OO-------"),
    (Action::ReadOutcome, "OO-AA----"),
    (Action::KeepCallBacks, "OO-------"),
    (Action::SendJoinLink, "OO-------"),
    (Action::HandOverCall, "OO-------"),
    (Action::AnswerHandOver, "OO-------"),
    (Action::ReadJobs, "-----A---"),
    (Action::RunJob, "-----A---"),
    (Action::ReadPeople, "-----A---"),
    (Action::EditPeople, "-----A---"),
    (Action::InvitePeople, "-----AA--"),
    (Action::ReadVendors, "------A--"),
    (Action::MakeVendors, "------A--"),
    (Action::StepVendors, "------A--"),
    (Action::ReadVendor, "-----AA--"),
    (Action::EditVendor, "-----AA--"),
    (Action::KeepPlans, "------A--"),
    (Action::ReadSecurityLog, "------A--"),
    (Action::ResetSecondFactor, "------A--"),
    (Action::ReadCustomers, "AO---A---"),
    (Action::EditCustomers, "AO---A---"),
    (Action::ExportCustomers, "AO---A---"),
    (Action::AssignCustomers, "A----A---"),
    (Action::EditCatalogue, "-----A---"),
    (Action::ReadSystem, "------A--"),
    (Action::ReadSteps, "-----AA--"),
    (Action::FindAcrossVendors, "-------AA"),
    (Action::KeepPlatformPeople, "------A--"),
];

#[test]
fn the_whole_matrix_is_as_written() {
    assert_eq!(MATRIX.map(|(action, _)| action), Action::ALL);
    for (action, columns) in MATRIX {
        assert_eq!(columns.len(), Role::ALL.len(), "{action:?}");
        for (role, mark) in Role::ALL.into_iter().zip(columns.chars()) {
            let (own, foreign) = match mark {
                'A' => (true, true),
                'O' => (true, false),
                _ => (false, false),
            };
            assert_eq!(
                allowed(role, action, Relation::Own),
                own,
                "{role:?} {action:?} own"
            );
            assert_eq!(
                allowed(role, action, Relation::Foreign),
                foreign,
                "{role:?} {action:?} foreign"
            );
        }
    }
}

#[test]
fn roles_have_the_names_that_storage_keeps() {
    for role in Role::ALL {
        assert_eq!(Role::from_name(role.name()), Some(role));
        assert_eq!(
            serde_json::to_string(&role).unwrap(),
            format!("\"{}\"", role.name())
        );
    }
    assert_eq!(Role::from_name("root"), None);
}

#[test]
fn each_works_in_the_entry_of_their_kind() {
    for role in Role::ALL {
        let sells = allowed(role, Action::StartCall, Relation::Own);
        let entry = match role {
            Role::Buyer => Entry::Buyer,
            _ if sells => Entry::Staff,
            _ => Entry::Office,
        };
        assert_eq!(role.entry(), entry, "{role:?}");
    }
}

#[test]
fn an_address_is_of_one_entry_at_most() {
    for entry in Entry::ALL {
        let page = format!("{}threads/1", entry.root());
        assert_eq!(Entry::of_path(&page), Some(entry));
    }
    for other in ["/", "/b", "/setup", "/sales/", "//b/"] {
        assert_eq!(Entry::of_path(other), None, "{other}");
    }
}
