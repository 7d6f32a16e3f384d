//! Who may do what: the one place where it is decided.

use serde::{Deserialize, Serialize};

/// What a signed-in person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sells for a vendor.
    Seller,
    /// Sells as a seller does, to the customers that are assigned to them: others do not exist for them.
    Rep,
    Buyer,
    /// Finds, plays and exports recordings.
    Compliance,
    /// Reviews disputes; reads, never writes.
    Support,
    /// Keeps a vendor's people and catalogue.
    Admin,
    /// Keeps the platform: its vendors and their first people. Of a vendor's own affairs it sees nothing.
    PlatformAdmin,
    /// Looks across vendors for a reason, and reads at one as its support does while a visit lasts. By itself it sees
    /// nothing of them.
    PlatformSupport,
    /// The same, as a vendor's compliance does.
    PlatformCompliance,
}

impl Role {
    pub const ALL: [Self; 9] = [
        Self::Seller,
        Self::Rep,
        Self::Buyer,
        Self::Compliance,
        Self::Support,
        Self::Admin,
        Self::PlatformAdmin,
        Self::PlatformSupport,
        Self::PlatformCompliance,
    ];
    /// Those that a vendor gives to its people.
    pub const MEMBERS: [Self; 5] = [
        Self::Seller,
        Self::Rep,
        Self::Compliance,
        Self::Support,
        Self::Admin,
    ];
    /// Those that the platform gives to its people.
    pub const PLATFORM: [Self; 3] = [
        Self::PlatformAdmin,
        Self::PlatformSupport,
        Self::PlatformCompliance,
    ];

    /// The name used in JSON and in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Seller => "seller",
            Self::Rep => "rep",
            Self::Buyer => "buyer",
            Self::Compliance => "compliance",
            Self::Support => "support",
            Self::Admin => "admin",
            Self::PlatformAdmin => "platform_admin",
            Self::PlatformSupport => "platform_support",
            Self::PlatformCompliance => "platform_compliance",
        }
    }

    /// The entry of the app that this role works in.
    pub const fn entry(self) -> Entry {
        match self {
            Self::Buyer => Entry::Buyer,
            Self::Seller | Self::Rep => Entry::Staff,
            Self::Compliance
            | Self::Support
            | Self::Admin
            | Self::PlatformAdmin
            | Self::PlatformSupport
            | Self::PlatformCompliance => Entry::Office,
        }
    }

    /// Whether customers can be assigned to who has this role.
    pub const fn may_hold_customers(self) -> bool {
        match self {
            Self::Seller | Self::Rep => true,
            Self::Buyer
            | Self::Compliance
            | Self::Support
            | Self::Admin
            | Self::PlatformAdmin
            | Self::PlatformSupport
            | Self::PlatformCompliance => false,
        }
    }

    /// Whether a password alone is too little: behind these stand others' recordings, people and shops.
    pub const fn needs_second_factor(self) -> bool {
        match self {
            Self::Compliance
            | Self::PlatformAdmin
            | Self::PlatformSupport
            | Self::PlatformCompliance => true,
            Self::Seller | Self::Rep | Self::Buyer | Self::Support | Self::Admin => false,
        }
    }

    /// The role of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// One of the app's entries: each brings what its people work with, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Entry {
    Buyer,
    /// Those who talk with buyers and sell to them.
    Staff,
    /// Those who keep the shop or the platform, and those who review.
    Office,
}

impl Entry {
    pub const ALL: [Self; 3] = [Self::Buyer, Self::Staff, Self::Office];

    /// Its name, and the folder of its files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Staff => "staff",
            Self::Office => "office",
        }
    }

    /// Where its pages live.
    pub const fn root(self) -> &'static str {
        match self {
            Self::Buyer => "/b/",
            Self::Staff => "/s/",
            Self::Office => "/o/",
        }
    }

    /// The entry that this page's address is one of.
    pub fn of_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| path.starts_with(it.root()))
    }
}

/// How a person stands to the thing in question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// Takes part in it or it belongs to them: a thread's seller or buyer, the caller or callee, a product
    /// that is offered to them, a customer who is assigned to them.
    Own,
    /// Another person's, in the same vendor. (Another vendor's things do not exist for anybody.)
    Foreign,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Begin a thread with a buyer.
    OpenThread,
    /// See a thread with its events, calls, offer and orders.
    ReadThread,
    SendMessage,
    /// Ring the other side.
    StartCall,
    AnswerCall,
    /// Also declining, and taking back a call that rings.
    HangUp,
    /// Join the media of a running call.
    JoinCall,
    /// Accept, decline or take back being recorded.
    DecideConsent,
    /// Start the contract talk, take the question back, end it.
    LeadContractTalk,
    /// Change the draft.
    EditOffer,
    /// Freeze the draft as a revision for confirmation, or take the offer back.
    ShowOffer,
    ConfirmOffer,
    FinaliseOrder,
    ReadOrder,
    /// Products and plans. A buyer's own are those offered in their threads.
    ReadCatalogue,
    SearchRecordings,
    PlayRecording,
    /// Who searched, played and exported what.
    ReadAccessLog,
    /// Ask to be called; take the wish back.
    RequestCall,
    /// Name a time for a wished call, or refuse it.
    AnswerCallRequest,
    /// What holds for calls with buyers of each country, and what held before.
    ReadPolicies,
    EditPolicies,
    /// Accept an order in writing, or refuse to.
    AcceptOrder,
    /// How the lines of a call were.
    ReadCallQuality,
    /// Switch calls on or off in one thread.
    SwitchCalls,
    /// Write what was said in a call.
    SummariseCall,
    /// Close a thread, or open it again.
    CloseThread,
    /// Set for which threads there are calls, and what happens to contact that leads away.
    EditCallingRules,
    /// See for which threads there are calls.
    ReadCallingRules,
    /// Set for which of one's own threads there are calls, beside the vendor's rule.
    EditOwnCallingRule,
    /// Read the demo's mails to oneself.
    ReadMailbox,
    /// Propose, agree to, move or call off a planned call.
    PlanCall,
    /// Note what came of a call, for the vendor's own people.
    NoteOutcome,
    /// Read what sellers noted after calls.
    ReadOutcome,
    /// The calls that are still to be made: see them, put them off, cross them off.
    KeepCallBacks,
    /// Invite the buyer into the thread by a link, and take it back.
    SendJoinLink,
    /// Ask a colleague to take a running call over, take that back, leave the call to them.
    HandOverCall,
    /// Come into a call that one is asked to take over, or decline. One's own are those that one is asked for.
    AnswerHandOver,
    /// What the installation's jobs did, and which of the vendor's work waits or failed.
    ReadJobs,
    /// Have such work done now.
    RunJob,
    /// Who works for the vendor, as what, and what was changed about them.
    ReadPeople,
    /// Give a role, suspend it, take it back.
    EditPeople,
    /// Ask somebody by mail to work for a vendor.
    InvitePeople,
    /// The platform's vendors, with what each still misses.
    ReadVendors,
    MakeVendors,
    /// Suspend a vendor, restore it, close it.
    StepVendors,
    /// One vendor's record, and what was changed in it.
    ReadVendor,
    EditVendor,
    /// The plans that the platform sells to vendors, and which vendor has which.
    KeepPlans,
    /// What happened at the doors of all accounts.
    ReadSecurityLog,
    /// Take somebody's second factor away who lost it.
    ResetSecondFactor,
    /// The vendor's records of who buys.
    ReadCustomers,
    /// Add to these records, and change them.
    EditCustomers,
    /// Take all that one sees of these records away in a file.
    ExportCustomers,
    /// Say which rep they are assigned to.
    AssignCustomers,
    /// Add products, change them, switch them on and off.
    EditCatalogue,
    /// How the installation is: look at everything that it stands on, see its processes and what is kept.
    ReadSystem,
    /// What is still missing up to the first call.
    ReadSteps,
    /// Look for something in all vendors, for a reason, and look into a vendor where it was found.
    FindAcrossVendors,
    /// Who of the platform's has which of its roles; give them and take them back.
    KeepPlatformPeople,
}

impl Action {
    pub const ALL: [Self; 60] = [
        Self::OpenThread,
        Self::ReadThread,
        Self::SendMessage,
        Self::StartCall,
        Self::AnswerCall,
        Self::HangUp,
        Self::JoinCall,
        Self::DecideConsent,
        Self::LeadContractTalk,
        Self::EditOffer,
        Self::ShowOffer,
        Self::ConfirmOffer,
        Self::FinaliseOrder,
        Self::ReadOrder,
        Self::ReadCatalogue,
        Self::SearchRecordings,
        Self::PlayRecording,
        Self::ReadAccessLog,
        Self::RequestCall,
        Self::AnswerCallRequest,
        Self::ReadPolicies,
        Self::EditPolicies,
        Self::AcceptOrder,
        Self::ReadCallQuality,
        Self::SwitchCalls,
        Self::SummariseCall,
        Self::CloseThread,
        Self::EditCallingRules,
        Self::ReadCallingRules,
        Self::EditOwnCallingRule,
        Self::ReadMailbox,
        Self::PlanCall,
        Self::NoteOutcome,
        Self::ReadOutcome,
        Self::KeepCallBacks,
        Self::SendJoinLink,
        Self::HandOverCall,
        Self::AnswerHandOver,
        Self::ReadJobs,
        Self::RunJob,
        Self::ReadPeople,
        Self::EditPeople,
        Self::InvitePeople,
        Self::ReadVendors,
        Self::MakeVendors,
        Self::StepVendors,
        Self::ReadVendor,
        Self::EditVendor,
        Self::KeepPlans,
        Self::ReadSecurityLog,
        Self::ResetSecondFactor,
        Self::ReadCustomers,
        Self::EditCustomers,
        Self::ExportCustomers,
        Self::AssignCustomers,
        Self::EditCatalogue,
        Self::ReadSystem,
        Self::ReadSteps,
        Self::FindAcrossVendors,
        Self::KeepPlatformPeople,
    ];

    /// Whether whoever does it shows once more who they are: it gives rights, takes a shop's work away, or others' data
    /// leave by it.
    pub const fn needs_fresh_proof(self) -> bool {
        matches!(
            self,
            Self::EditPeople
                | Self::InvitePeople
                | Self::StepVendors
                | Self::ResetSecondFactor
                | Self::ExportCustomers
                | Self::KeepPlatformPeople
        )
    }

    /// Whether doing it can bind the person in law, so that it must be the person who does it.
    pub const fn binds(self) -> bool {
        matches!(self, Self::ConfirmOffer | Self::AcceptOrder)
    }
}

/// Whether a person with this role and relation may do this. Tenancy is not decided here: whatever belongs to
/// another vendor was never found.
#[expect(clippy::too_many_lines, reason = "one table, read from top to bottom")]
pub const fn allowed(role: Role, action: Action, relation: Relation) -> bool {
    use Role::{
        Admin, Buyer, Compliance, PlatformAdmin, PlatformCompliance, PlatformSupport, Rep, Seller,
        Support,
    };
    let own = matches!(relation, Relation::Own);
    match action {
        // Whoever reviews sees every thread; the two people see theirs.
        Action::ReadThread | Action::ReadOrder => match role {
            Seller | Rep | Buyer => own,
            Compliance | Support => true,
            Admin | PlatformAdmin | PlatformSupport | PlatformCompliance => false,
        },
        Action::SendMessage | Action::HangUp | Action::JoinCall | Action::PlanCall => match role {
            Seller | Rep | Buyer => own,
            Compliance | Support | Admin | PlatformAdmin | PlatformSupport | PlatformCompliance => {
                false
            }
        },
        Action::OpenThread
        | Action::StartCall
        | Action::LeadContractTalk
        | Action::EditOffer
        | Action::ShowOffer
        | Action::FinaliseOrder
        | Action::AnswerCallRequest
        | Action::SwitchCalls
        | Action::SummariseCall
        | Action::NoteOutcome
        | Action::KeepCallBacks
        | Action::SendJoinLink
        | Action::HandOverCall
        | Action::CloseThread
        | Action::EditOwnCallingRule
        | Action::AnswerHandOver => match role {
            Seller | Rep => own,
            Buyer | Compliance | Support | Admin | PlatformAdmin | PlatformSupport
            | PlatformCompliance => false,
        },
        Action::AnswerCall
        | Action::DecideConsent
        | Action::ConfirmOffer
        | Action::RequestCall
        | Action::AcceptOrder => match role {
            Buyer => own,
            Seller | Rep | Compliance | Support | Admin | PlatformAdmin | PlatformSupport
            | PlatformCompliance => false,
        },
        // A buyer's page computes the live offer by itself, so it reads the product that is offered to it.
        Action::ReadCatalogue => match role {
            Seller | Rep | Admin => true,
            Buyer => own,
            Compliance | Support | PlatformAdmin | PlatformSupport | PlatformCompliance => false,
        },
        // The recording on request comes to the buyer by another way; here it is compliance's alone.
        Action::SearchRecordings | Action::PlayRecording => match role {
            Compliance => true,
            Seller | Rep | Buyer | Support | Admin | PlatformAdmin | PlatformSupport
            | PlatformCompliance => false,
        },
        // Support explains a bad call; the buyer's page is kept small. What is noted about a buyer is never the
        // buyer's to read here.
        Action::ReadCallQuality | Action::ReadOutcome => match role {
            Seller | Rep => own,
            Compliance | Support => true,
            Buyer | Admin | PlatformAdmin | PlatformSupport | PlatformCompliance => false,
        },
        Action::EditCallingRules => own && matches!(role, Seller | Admin),
        Action::ReadCallingRules => own && matches!(role, Seller | Rep | Admin),
        // Whoever reviews finds people by their threads and recordings.
        Action::ReadCustomers | Action::EditCustomers | Action::ExportCustomers => match role {
            Seller | Admin => true,
            Rep => own,
            Buyer | Compliance | Support | PlatformAdmin | PlatformSupport | PlatformCompliance => {
                false
            }
        },
        Action::AssignCustomers => match role {
            Seller | Admin => true,
            Rep | Buyer | Compliance | Support | PlatformAdmin | PlatformSupport
            | PlatformCompliance => false,
        },
        Action::ReadMailbox => own,
        // Whom a vendor's admin may invite and suspend; the platform's invites a vendor's first people.
        // A vendor's record is kept by its admin and by the platform.
        Action::InvitePeople | Action::ReadVendor | Action::EditVendor | Action::ReadSteps => {
            matches!(role, Admin | PlatformAdmin)
        }
        Action::ReadPeople | Action::EditPeople => match role {
            Admin => true,
            Seller | Rep | Buyer | Compliance | Support | PlatformAdmin | PlatformSupport
            | PlatformCompliance => false,
        },
        Action::ReadVendors
        | Action::MakeVendors
        | Action::StepVendors
        | Action::KeepPlans
        | Action::ReadSecurityLog
        | Action::ResetSecondFactor
        | Action::KeepPlatformPeople
        | Action::ReadSystem => match role {
            PlatformAdmin => true,
            Seller | Rep | Buyer | Compliance | Support | Admin | PlatformSupport
            | PlatformCompliance => false,
        },
        Action::FindAcrossVendors => matches!(role, PlatformSupport | PlatformCompliance),
        Action::ReadAccessLog => match role {
            Compliance | Admin => true,
            Seller | Rep | Buyer | Support | PlatformAdmin | PlatformSupport
            | PlatformCompliance => false,
        },
        // A buyer reads the one that concerns a thread of theirs, with the thread.
        Action::ReadPolicies => match role {
            Seller | Rep | Compliance | Support | Admin => true,
            Buyer | PlatformAdmin | PlatformSupport | PlatformCompliance => false,
        },
        Action::EditPolicies | Action::ReadJobs | Action::RunJob | Action::EditCatalogue => {
            match role {
                Admin => true,
                Seller | Rep | Buyer | Compliance | Support | PlatformAdmin | PlatformSupport
                | PlatformCompliance => false,
            }
        }
    }
}
