use orderline_domain::people::roles::{Action, Entry, Relation, Role, allowed};

/// Who may do what, written out. A column holds `O` for own only, `A` for own and others', `-` for neither.
/// Columns: seller, rep, buyer, compliance, support, admin, platform admin.
const MATRIX: [(Action, [char; 7]); 58] = [
    (Action::OpenThread, ['O', 'O', '-', '-', '-', '-', '-']),
    (Action::ReadThread, ['O', 'O', 'O', 'A', 'A', '-', '-']),
    (Action::SendMessage, ['O', 'O', 'O', '-', '-', '-', '-']),
    (Action::StartCall, ['O', 'O', '-', '-', '-', '-', '-']),
    (Action::AnswerCall, ['-', '-', 'O', '-', '-', '-', '-']),
    (Action::HangUp, ['O', 'O', 'O', '-', '-', '-', '-']),
    (Action::JoinCall, ['O', 'O', 'O', '-', '-', '-', '-']),
    (Action::DecideConsent, ['-', '-', 'O', '-', '-', '-', '-']),
    (
        Action::LeadContractTalk,
        ['O', 'O', '-', '-', '-', '-', '-'],
    ),
    (Action::EditOffer, ['O', 'O', '-', '-', '-', '-', '-']),
    (Action::ShowOffer, ['O', 'O', '-', '-', '-', '-', '-']),
    (Action::ConfirmOffer, ['-', '-', 'O', '-', '-', '-', '-']),
    (Action::FinaliseOrder, ['O', 'O', '-', '-', '-', '-', '-']),
    (Action::ReadOrder, ['O', 'O', 'O', 'A', 'A', '-', '-']),
    (Action::ReadCatalogue, ['A', 'A', 'O', '-', '-', 'A', '-']),
    (
        Action::SearchRecordings,
        ['-', '-', '-', 'A', '-', '-', '-'],
    ),
    (Action::PlayRecording, ['-', '-', '-', 'A', '-', '-', '-']),
    (Action::ReadAccessLog, ['-', '-', '-', 'A', '-', 'A', '-']),
    (Action::RequestCall, ['-', '-', 'O', '-', '-', '-', '-']),
    (
        Action::AnswerCallRequest,
        ['O', 'O', '-', '-', '-', '-', '-'],
    ),
    (Action::ReadPolicies, ['A', 'A', '-', 'A', 'A', 'A', '-']),
    (Action::EditPolicies, ['-', '-', '-', '-', '-', 'A', '-']),
    (Action::AcceptOrder, ['-', '-', 'O', '-', '-', '-', '-']),
    (Action::ReadCallQuality, ['O', 'O', '-', 'A', 'A', '-', '-']),
    (Action::SwitchCalls, ['O', 'O', '-', '-', '-', '-', '-']),
    (Action::SummariseCall, ['O', 'O', '-', '-', '-', '-', '-']),
    (Action::CloseThread, ['O', 'O', '-', '-', '-', '-', '-']),
    (
        Action::EditCallingRules,
        ['O', '-', '-', '-', '-', 'O', '-'],
    ),
    (
        Action::ReadCallingRules,
        ['O', 'O', '-', '-', '-', 'O', '-'],
    ),
    (
        Action::EditOwnCallingRule,
        ['O', 'O', '-', '-', '-', '-', '-'],
    ),
    (Action::ReadMailbox, ['O', 'O', 'O', 'O', 'O', 'O', 'O']),
    (Action::PlanCall, ['O', 'O', 'O', '-', '-', '-', '-']),
    (Action::NoteOutcome, ['O', 'O', '-', '-', '-', '-', '-']),
    (Action::ReadOutcome, ['O', 'O', '-', 'A', 'A', '-', '-']),
    (Action::KeepCallBacks, ['O', 'O', '-', '-', '-', '-', '-']),
    (Action::SendJoinLink, ['O', 'O', '-', '-', '-', '-', '-']),
    (Action::HandOverCall, ['O', 'O', '-', '-', '-', '-', '-']),
    (Action::AnswerHandOver, ['O', 'O', '-', '-', '-', '-', '-']),
    (Action::ReadJobs, ['-', '-', '-', '-', '-', 'A', '-']),
    (Action::RunJob, ['-', '-', '-', '-', '-', 'A', '-']),
    (Action::ReadPeople, ['-', '-', '-', '-', '-', 'A', '-']),
    (Action::EditPeople, ['-', '-', '-', '-', '-', 'A', '-']),
    (Action::InvitePeople, ['-', '-', '-', '-', '-', 'A', 'A']),
    (Action::ReadVendors, ['-', '-', '-', '-', '-', '-', 'A']),
    (Action::MakeVendors, ['-', '-', '-', '-', '-', '-', 'A']),
    (Action::StepVendors, ['-', '-', '-', '-', '-', '-', 'A']),
    (Action::ReadVendor, ['-', '-', '-', '-', '-', 'A', 'A']),
    (Action::EditVendor, ['-', '-', '-', '-', '-', 'A', 'A']),
    (Action::KeepPlans, ['-', '-', '-', '-', '-', '-', 'A']),
    (Action::ReadSecurityLog, ['-', '-', '-', '-', '-', '-', 'A']),
    (
        Action::ResetSecondFactor,
        ['-', '-', '-', '-', '-', '-', 'A'],
    ),
    (Action::ReadCustomers, ['A', 'O', '-', '-', '-', 'A', '-']),
    (Action::EditCustomers, ['A', 'O', '-', '-', '-', 'A', '-']),
    (Action::ExportCustomers, ['A', 'O', '-', '-', '-', 'A', '-']),
    (Action::AssignCustomers, ['A', '-', '-', '-', '-', 'A', '-']),
    (Action::EditCatalogue, ['-', '-', '-', '-', '-', 'A', '-']),
    (Action::ReadSystem, ['-', '-', '-', '-', '-', '-', 'A']),
    (Action::ReadSteps, ['-', '-', '-', '-', '-', 'A', 'A']),
];

#[test]
fn the_whole_matrix_is_as_written() {
    assert_eq!(MATRIX.map(|(action, _)| action), Action::ALL);
    for (action, columns) in MATRIX {
        for (role, mark) in Role::ALL.into_iter().zip(columns) {
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
