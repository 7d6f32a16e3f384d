//! The runner of commands: once per id, durable before it is answered.

use super::{Cx, Runner, run::MAX_ATTEMPTS};
use crate::{
    actor::Actor,
    failure::Failure,
    spans,
    store::commands::{self, NewCommand},
    usecase::{
        call::{answer, contract_talk, hand_over, hang_up, rules, start},
        follow_up::{appointments, call_backs, call_request, outcomes},
        jobs::again::run_again,
        offer::{confirm, show},
        order::{acceptance, place},
        policy::edit,
        replay,
        thread::{join_links, send},
    },
};
use orderline_domain::{
    digest::{Digest, canonical},
    ids::CommandId,
};
use orderline_protocol::socket::{Command, CommandResult};
use tracing::Instrument as _;

impl Runner {
    /// Carries out a command once. Repeated with the same body it answers the same; with another, `command_reused`.
    /// A failure undoes everything and is not remembered, so that a repetition may succeed. When a connection is lost
    /// under it or another transaction comes first it is tried again; its id makes it happen once.
    pub async fn command(&self, actor: &Actor, id: CommandId, body: Command) -> CommandResult {
        let span = spans::command(id, &body);
        self.carry_out(actor, id, body).instrument(span).await
    }

    async fn carry_out(&self, actor: &Actor, id: CommandId, body: Command) -> CommandResult {
        let mut attempt = 1;
        loop {
            let failure = match self.attempt(actor, id, &body).await {
                Ok(Some(result)) => return result,
                // Another transaction carried out the same command, perhaps: then its result is there to be read.
                Ok(None) if attempt < MAX_ATTEMPTS => {
                    attempt += 1;
                    continue;
                }
                Ok(None) => Failure::Internal("a command kept colliding with itself".into()),
                Err(failure) if failure.is_transient() && attempt < MAX_ATTEMPTS => {
                    tracing::warn!(error = %failure, attempt, "a command is tried again");
                    attempt += 1;
                    continue;
                }
                Err(failure) => failure,
            };
            return CommandResult::Failed {
                problem: self.env.explain(failure),
            };
        }
    }

    async fn attempt(
        &self,
        actor: &Actor,
        id: CommandId,
        body: &Command,
    ) -> Result<Option<CommandResult>, Failure> {
        let body_hash = canonical(body)
            .map(|bytes| Digest::of(&bytes))
            .map_err(|error| Failure::Internal(error.to_string()))?;
        if let Command::SendMessage { thread, text } = body {
            return send::send_message(self, actor, id, *thread, text, body_hash).await;
        }
        let mut cx = self.command_cx(actor, Some(id)).await?;
        if let Some(known) = commands::find(&mut cx.tx, actor.user, id).await? {
            drop(cx);
            return replay::known_result(self, actor, &known, body_hash)
                .await
                .map(Some);
        }
        cx.require_open()?;
        let answer = dispatch(&mut cx, body).await?;
        if matches!(answer, CommandResult::Failed { .. }) {
            cx.tx.roll_back().await?;
            return Ok(Some(answer));
        }
        let result =
            serde_json::to_string(&answer).map_err(|error| Failure::Internal(error.to_string()))?;
        let new = NewCommand {
            vendor: actor.vendor,
            user: actor.user,
            command: id,
            body_hash,
            result: &result,
            at: cx.now,
        };
        if !commands::remember(&mut cx.tx, &new).await? {
            cx.tx.roll_back().await?;
            return Ok(None);
        }
        cx.tx.commit().await?;
        cx.news.publish(&self.env);
        Ok(Some(answer))
    }
}

/// One function per command.
async fn dispatch(cx: &mut Cx<'_>, body: &Command) -> Result<CommandResult, Failure> {
    match body {
        // Has a path of its own, in one statement.
        Command::SendMessage { .. } => {
            Err(Failure::Internal("a message in the general path".into()))
        }
        Command::StartCall { thread } => start::start_call(cx, *thread).await,
        Command::AnswerCall { call, answer } => answer::answer_call(cx, *call, answer).await,
        Command::HangUp { call } => hang_up::hang_up(cx, *call).await,
        Command::ContractTalk { call, step } => contract_talk::contract_talk(cx, *call, step).await,
        Command::ShowOffer { thread, draft } => show::show_offer(cx, *thread, draft).await,
        Command::ConfirmOffer { offer, hash } => confirm::confirm_offer(cx, *offer, hash).await,
        Command::PlaceOrder { offer, hash } => place::place_order(cx, *offer, hash).await,
        Command::RequestCall { thread, wish, note } => {
            call_request::request_call(cx, *thread, *wish, note.as_deref()).await
        }
        Command::AnswerCallRequest { request, reply } => {
            call_request::answer_call_request(cx, *request, reply).await
        }
        Command::AcceptOrder {
            order,
            hash,
            words_hash,
            language,
        } => {
            let accepted = acceptance::Accepted {
                hash,
                words_hash,
                language,
            };
            acceptance::accept_order(cx, *order, accepted).await
        }
        Command::RefuseOrder { order, reason } => {
            acceptance::refuse_order(cx, *order, reason.as_deref()).await
        }
        Command::EditPolicy {
            scope,
            from,
            policy,
        } => edit::edit(cx, *scope, *from, policy).await,
        Command::SwitchCalls { thread, paid, on } => {
            rules::switch_calls(cx, *thread, *paid, *on).await
        }
        Command::SetThreadOpen { thread, open } => rules::set_open(cx, *thread, *open).await,
        Command::SummariseCall { call, text } => rules::summarise_call(cx, *call, text).await,
        Command::PlanCall { thread, slot } => appointments::plan(cx, *thread, slot).await,
        Command::ChangeAppointment {
            appointment,
            version,
            step,
        } => appointments::change(cx, *appointment, *version, step).await,
        Command::NoteOutcome { call, after, noted } => {
            outcomes::note(cx, *call, *after, noted).await
        }
        Command::KeepCallBack {
            call_back,
            version,
            step,
        } => call_backs::keep(cx, *call_back, *version, *step).await,
        Command::SendJoinLink {
            thread,
            channel,
            phone,
        } => join_links::send(cx, *thread, *channel, phone.as_deref()).await,
        Command::RevokeJoinLink { link, version } => join_links::revoke(cx, *link, *version).await,
        Command::HandOver { call, step } => hand_over::hand_over(cx, *call, step).await,
        Command::RunJob { work } => run_again(cx, work).await,
    }
}
