//! Where the person is: the path of the page as a value, and back.

use orderline_domain::{
    ids::{CustomerId, RecordingId, ThreadId, VendorId},
    people::roles::Action,
    policy::PolicyScope,
};

/// A page of either entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The entry's first page: the threads, or the recordings for compliance.
    Home,
    Thread(ThreadId),
    /// The compliance list; the query is what was searched for, so that a link can be shared.
    Recordings {
        query: String,
    },
    Recording(RecordingId),
    Orders,
    /// The catalogue.
    Products,
    /// The vendor's customers; the query is what was searched for.
    Customers {
        query: String,
    },
    Customer(CustomerId),
    /// Customers come in from a file.
    ImportCustomers,
    /// What holds for calls with buyers of each country.
    Policies,
    Policy(PolicyScope),
    /// Who may call.
    Calling,
    /// The demo's mails to oneself.
    Mailbox,
    /// The calls that a seller has planned or has still to make.
    Calls,
    /// How the installation's work goes.
    System,
    /// Who works for the vendor.
    People,
    /// One's own account.
    Account,
    /// The platform's vendors.
    Vendors,
    /// One of them.
    Vendor(VendorId),
    /// The plans that the platform sells to vendors.
    Plans,
    /// What happened at the doors of accounts.
    Security,
    /// What somebody of the platform's looks for across vendors.
    Find,
    /// Who has which of the platform's roles.
    Stewards,
    /// The vendor that one works for.
    Shop,
    /// No such page.
    Unknown,
}

impl Route {
    /// The route behind `path` (below `root`, such as `/s/`) and `query` (without `?`).
    pub fn parse(root: &str, path: &str, query: &str) -> Self {
        let Some(rest) = path.strip_prefix(root.trim_end_matches('/')) else {
            return Self::Unknown;
        };
        let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [] => Self::Home,
            ["threads", id] => id.parse().map_or(Self::Unknown, Self::Thread),
            ["recordings"] => Self::Recordings {
                query: query.to_owned(),
            },
            ["recordings", id] => id.parse().map_or(Self::Unknown, Self::Recording),
            ["orders"] => Self::Orders,
            ["products"] => Self::Products,
            ["customers"] => Self::Customers {
                query: query.to_owned(),
            },
            ["customers", "import"] => Self::ImportCustomers,
            ["customers", id] => id.parse().map_or(Self::Unknown, Self::Customer),
            ["policies"] => Self::Policies,
            ["policies", scope] => scope.parse().map_or(Self::Unknown, Self::Policy),
            ["calling"] => Self::Calling,
            ["mailbox"] => Self::Mailbox,
            ["calls"] => Self::Calls,
            ["system"] => Self::System,
            ["people"] => Self::People,
            ["account"] => Self::Account,
            ["vendors"] => Self::Vendors,
            ["vendors", id] => id.parse().map_or(Self::Unknown, Self::Vendor),
            ["plans"] => Self::Plans,
            ["security"] => Self::Security,
            ["find"] => Self::Find,
            ["platform-people"] => Self::Stewards,
            ["shop"] => Self::Shop,
            _ => Self::Unknown,
        }
    }

    /// The address of this route below `root`.
    pub fn href(&self, root: &str) -> String {
        let root = root.trim_end_matches('/');
        match self {
            Self::Home | Self::Unknown => format!("{root}/"),
            Self::Thread(id) => format!("{root}/threads/{id}"),
            Self::Recordings { query } if query.is_empty() => format!("{root}/recordings"),
            Self::Recordings { query } => format!("{root}/recordings?{query}"),
            Self::Recording(id) => format!("{root}/recordings/{id}"),
            Self::Orders => format!("{root}/orders"),
            Self::Products => format!("{root}/products"),
            Self::Customers { query } if query.is_empty() => format!("{root}/customers"),
            Self::Customers { query } => format!("{root}/customers?{query}"),
            Self::Customer(id) => format!("{root}/customers/{id}"),
            Self::ImportCustomers => format!("{root}/customers/import"),
            Self::Policies => format!("{root}/policies"),
            Self::Policy(scope) => format!("{root}/policies/{}", scope.name()),
            Self::Calling => format!("{root}/calling"),
            Self::Mailbox => format!("{root}/mailbox"),
            Self::Calls => format!("{root}/calls"),
            Self::System => format!("{root}/system"),
            Self::People => format!("{root}/people"),
            Self::Account => format!("{root}/account"),
            Self::Vendors => format!("{root}/vendors"),
            Self::Vendor(id) => format!("{root}/vendors/{id}"),
            Self::Plans => format!("{root}/plans"),
            Self::Security => format!("{root}/security"),
            Self::Find => format!("{root}/find"),
            Self::Stewards => format!("{root}/platform-people"),
            Self::Shop => format!("{root}/shop"),
        }
    }

    /// The page without what changes on it, such as which thread is open or what is searched for.
    #[must_use]
    pub fn page(self) -> Self {
        match self {
            Self::Thread(_) => Self::Home,
            Self::Recordings { .. } => Self::Recordings {
                query: String::new(),
            },
            Self::Customers { .. } => Self::Customers {
                query: String::new(),
            },
            other => other,
        }
    }

    /// What somebody must be allowed to do for this page to be there for them; nobody has the unknown one.
    pub const fn needs(&self) -> Option<Action> {
        match self {
            Self::Home | Self::Thread(_) => Some(Action::ReadThread),
            Self::Recordings { .. } | Self::Recording(_) => Some(Action::SearchRecordings),
            Self::Orders => Some(Action::ReadOrder),
            Self::Products => Some(Action::ReadCatalogue),
            Self::Customers { .. } | Self::Customer(_) => Some(Action::ReadCustomers),
            Self::ImportCustomers => Some(Action::EditCustomers),
            Self::Policies | Self::Policy(_) => Some(Action::ReadPolicies),
            Self::Calling => Some(Action::ReadCallingRules),
            Self::Mailbox => Some(Action::ReadMailbox),
            Self::Calls => Some(Action::KeepCallBacks),
            Self::System => Some(Action::ReadJobs),
            Self::People => Some(Action::ReadPeople),
            Self::Vendors | Self::Vendor(_) => Some(Action::ReadVendors),
            Self::Plans => Some(Action::KeepPlans),
            Self::Security => Some(Action::ReadSecurityLog),
            Self::Find => Some(Action::FindAcrossVendors),
            Self::Stewards => Some(Action::KeepPlatformPeople),
            Self::Shop => Some(Action::ReadVendor),
            // Everybody's own.
            Self::Account | Self::Unknown => None,
        }
    }

    /// The key of what the page is called.
    pub const fn title(&self) -> &'static str {
        match self {
            Self::Home | Self::Thread(_) => "threads.title",
            Self::Recordings { .. } | Self::Recording(_) => "recordings.title",
            Self::Orders => "orders.title",
            Self::Products => "products.title",
            Self::Customers { .. } | Self::Customer(_) | Self::ImportCustomers => "customers.title",
            Self::Policies | Self::Policy(_) => "policies.title",
            Self::Calling => "calling.tab",
            Self::Mailbox => "mailbox.title",
            Self::Calls => "calls.title",
            Self::System => "system.title",
            Self::People => "people.title",
            Self::Account => "account.title",
            Self::Vendors | Self::Vendor(_) => "vendors.title",
            Self::Plans => "plans.title",
            Self::Security => "security.title",
            Self::Find => "find.title",
            Self::Stewards => "stewards.title",
            Self::Shop => "vendor.shop",
            Self::Unknown => "page.unknown.title",
        }
    }

    /// The thread that is open, if one is.
    pub const fn thread(&self) -> Option<ThreadId> {
        match self {
            Self::Thread(id) => Some(*id),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0193a6a0-0000-7000-8000-000000000001";

    #[test]
    fn every_route_comes_back_from_its_address() {
        let id = ID.parse().expect("a UUID");
        let recording = ID.parse().expect("a UUID");
        let customer = ID.parse().expect("a UUID");
        let vendor = ID.parse().expect("a UUID");
        for route in [
            Route::Home,
            Route::Thread(id),
            Route::Recordings {
                query: String::new(),
            },
            Route::Recordings {
                query: "order=10491".to_owned(),
            },
            Route::Recording(recording),
            Route::Orders,
            Route::Products,
            Route::Customers {
                query: String::new(),
            },
            Route::Customers {
                query: "q=jana".to_owned(),
            },
            Route::Customer(customer),
            Route::ImportCustomers,
            Route::Policies,
            Route::Policy(PolicyScope::of(Some("FR"))),
            Route::Policy(PolicyScope::Elsewhere),
            Route::Calling,
            Route::Mailbox,
            Route::Calls,
            Route::System,
            Route::People,
            Route::Vendors,
            Route::Vendor(vendor),
            Route::Plans,
            Route::Security,
            Route::Find,
            Route::Stewards,
            Route::Shop,
        ] {
            let href = route.href("/s/");
            let (path, query) = href.split_once('?').unwrap_or((&href, ""));
            assert_eq!(Route::parse("/s/", path, query), route, "{href}");
        }
    }

    #[test]
    fn a_page_stays_while_what_is_open_on_it_changes() {
        let id = ID.parse().expect("a UUID");
        assert_eq!(Route::Thread(id).page(), Route::Home);
        let searched = Route::Recordings {
            query: "order=10491".to_owned(),
        };
        let all = Route::Recordings {
            query: String::new(),
        };
        assert_eq!(searched.page(), all);
        assert_eq!(Route::Orders.page(), Route::Orders);
    }

    #[test]
    fn what_is_no_page_is_unknown() {
        assert_eq!(
            Route::parse("/s/", "/s/threads/nonsense", ""),
            Route::Unknown
        );
        assert_eq!(Route::parse("/s/", "/s/threads/1/2", ""), Route::Unknown);
        assert_eq!(Route::parse("/s/", "/b/", ""), Route::Unknown);
        assert_eq!(Route::parse("/b/", "/b", ""), Route::Home);
    }
}
