use orderline_domain::people::roles::{Action, Entry, Relation, Role, allowed};

/// Who may do what, written out. A column holds `O` for own only, `A` for own and others', `-` for neither.
/// Columns: seller, buyer, compliance, support, admin, platform admin.
const MATRIX: [(Action, [char; 6]); 52] = [
    (Action::OpenThread, ['O', '-', '-', '-', '-', '-']),
    (Action::ReadThread, ['O', 'O', 'A', 'A', '-', '-']),
    (Action::SendMessage, ['O', 'O', '-', '-', '-', '-']),
    (Action::StartCall, ['O', '-', '-', '-', '-', '-']),
    (Action::AnswerCall, ['-', 'O', '-', '-', '-', '-']),
    (Action::HangUp, ['O', 'O', '-', '-', '-', '-']),
    (Action::JoinCall, ['O', 'O', '-', '-', '-', '-']),
    (Action::DecideConsent, ['-', 'O', '-', '-', '-', '-']),
    (Action::LeadContractTalk, ['O', '-', '-', '-', '-', '-']),
    (Action::EditOffer, ['O', '-', '-', '-', '-', '-']),
    (Action::ShowOffer, ['O', '-', '-', '-', '-', '-']),
    (Action::ConfirmOffer, ['-', 'O', '-', '-', '-', '-']),
    (Action::FinaliseOrder, ['O', '-', '-', '-', '-', '-']),
    (Action::ReadOrder, ['O', 'O', 'A', 'A', '-', '-']),
    (Action::ReadCatalogue, ['A', 'O', '-', '-', 'A', '-']),
    (Action::SearchRecordings, ['-', '-', 'A', '-', '-', '-']),
    (Action::PlayRecording, ['-', '-', 'A', '-', '-', '-']),
    (Action::ReadAccessLog, ['-', '-', 'A', '-', 'A', '-']),
    (Action::RequestCall, ['-', 'O', '-', '-', '-', '-']),
    (Action::AnswerCallRequest, ['O', '-', '-', '-', '-', '-']),
    (Action::ReadPolicies, ['A', '-', 'A', 'A', 'A', '-']),
    (Action::EditPolicies, ['-', '-', '-', '-', 'A', '-']),
    (Action::AcceptOrder, ['-', 'O', '-', '-', '-', '-']),
    (Action::ReadCallQuality, ['O', '-', 'A', 'A', '-', '-']),
    (Action::SwitchCalls, ['O', '-', '-', '-', '-', '-']),
    (Action::SummariseCall, ['O', '-', '-', '-', '-', '-']),
    (Action::CloseThread, ['O', '-', '-', '-', '-', '-']),
    (Action::EditCallingRules, ['O', '-', '-', '-', 'O', '-']),
    (Action::ReadMailbox, ['O', 'O', 'O', 'O', 'O', 'O']),
    (Action::PlanCall, ['O', 'O', '-', '-', '-', '-']),
    (Action::NoteOutcome, ['O', '-', '-', '-', '-', '-']),
    (Action::ReadOutcome, ['O', '-', 'A', 'A', '-', '-']),
    (Action::KeepCallBacks, ['O', '-', '-', '-', '-', '-']),
    (Action::SendJoinLink, ['O', '-', '-', '-', '-', '-']),
    (Action::HandOverCall, ['O', '-', '-', '-', '-', '-']),
    (Action::AnswerHandOver, ['O', '-', '-', '-', '-', '-']),
    (Action::ReadJobs, ['-', '-', '-', '-', 'A', '-']),
    (Action::RunJob, ['-', '-', '-', '-', 'A', '-']),
    (Action::ReadPeople, ['-', '-', '-', '-', 'A', '-']),
    (Action::EditPeople, ['-', '-', '-', '-', 'A', '-']),
    (Action::InvitePeople, ['-', '-', '-', '-', 'A', 'A']),
    (Action::ReadVendors, ['-', '-', '-', '-', '-', 'A']),
    (Action::MakeVendors, ['-', '-', '-', '-', '-', 'A']),
    (Action::StepVendors, ['-', '-', '-', '-', '-', 'A']),
    (Action::ReadVendor, ['-', '-', '-', '-', 'A', 'A']),
    (Action::EditVendor, ['-', '-', '-', '-', 'A', 'A']),
    (Action::KeepPlans, ['-', '-', '-', '-', '-', 'A']),
    (Action::ReadCustomers, ['A', '-', '-', '-', 'A', '-']),
    (Action::EditCustomers, ['A', '-', '-', '-', 'A', '-']),
    (Action::EditCatalogue, ['-', '-', '-', '-', 'A', '-']),
    (Action::ReadSystem, ['-', '-', '-', '-', '-', 'A']),
    (Action::ReadSteps, ['-', '-', '-', '-', 'A', 'A']),
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
fn only_buyers_work_in_the_buyers_entry() {
    for role in Role::ALL {
        assert_eq!(
            role.entry() == Entry::Buyer,
            role == Role::Buyer,
            "{role:?}"
        );
    }
}
