//! The server as others meet it: over HTTP, its sockets, mail and object storage, on real Postgres.
//! One program, so that it is linked once; each test runs in a process of its own.

#![expect(clippy::expect_used, clippy::panic, reason = "tests say so")]
#![expect(clippy::disallowed_methods, reason = "a test ends with its tasks")]

mod around;
mod around_mails;
mod auth_roles;
mod auth_session;
mod blob_stores;
mod call_hand_over;
mod call_life;
mod call_once;
mod call_private;
mod call_quality;
mod call_requests;
mod call_rules;
mod call_storage;
mod call_support;
mod calling_rules;
mod capacities;
mod chat_messages;
mod chat_nodes;
mod chat_queue;
mod chat_resume;
mod connections;
mod contract_basis;
mod customers;
mod demo;
mod draft_poison;
mod drain;
mod embedded_postgres;
mod installation;
mod jobs;
mod join_links;
mod languages;
mod limits;
mod list_pages;
mod mail;
mod master_key;
mod matrix;
mod offer_support;
mod offer_to_order;
mod one_connection;
mod order_country;
mod outward;
mod phones;
mod policies;
mod products;
mod proofs;
mod recording_access;
mod recording_damage;
mod recording_kill;
mod session_ends;
mod spans;
mod start;
mod supervision;
mod support;
mod texts;
mod thread_evidence;
mod thread_follow;
mod thread_state;
mod turn;
mod undelivered;
mod written_acceptance;
