//! Our own coturn: what its first users get of it.

use crate::support::coturn;
use futures::future::join_all;
use orderline_domain::ids::UserId;
use orderline_server::{
    embedded::coturn::EmbeddedTurn,
    live::{Clock, TurnDesk},
    outside::turn::{self, Credential, TurnError},
};

/// Fresh starts; each of them lost its first allocations to the same race.
const STARTS: usize = 4;
/// People who come at once.
const PEOPLE: usize = 12;

/// One attempt of one person, with the credential that we give to pages.
async fn allocate(turn: &EmbeddedTurn) -> Result<(), TurnError> {
    let url = turn.urls[0].clone();
    let desk = TurnDesk::new(vec![url.clone()], turn.secret.clone(), None, false);
    let person = UserId::from_uuid(uuid::Uuid::new_v4());
    let server = desk.servers(person, Clock::system().now()).remove(0);
    let credential = Credential {
        username: &server.username.expect("a name"),
        password: &server.credential.expect("a password"),
    };
    turn::allocate(&url, credential).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_allocations_of_a_fresh_start_succeed() {
    for start in 0..STARTS {
        let (turn, data) = coturn::start().await;
        let answers = join_all((0..PEOPLE).map(|_| allocate(&turn))).await;
        for answer in answers {
            answer.unwrap_or_else(|refused| panic!("start {start}: {refused}"));
        }
        let log = std::fs::read_to_string(data.path().join("turn/turn.log")).expect("a log");
        assert!(!log.contains("locked"), "start {start}: {log}");
        turn.stop().await;
    }
}
