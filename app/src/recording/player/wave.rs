//! The voices as waves over the timeline, with gaps, marks and the position.

use super::clock::{Deck, float};
use crate::locale::{format, t, t_with};
use leptos::prelude::*;
use orderline_domain::call::seat::Seat;
use orderline_protocol::recording::PlayView;

/// Bars that are drawn, however long the call was.
const BARS: usize = 300;
/// Height of one voice's wave, in units of its view box.
const HEIGHT: f64 = 44.0;
/// The waveform's resolution, in milliseconds.
const PEAK_MS: i64 = 100;

/// Where the buyer's wave is: they stand in the order of their seats.
const BUYER: usize = Seat::BUYER.0 as usize;

/// One wave for whoever spoke for the seller: of each moment the loudest.
fn sellers(waveform: &[Vec<u8>]) -> Vec<u8> {
    let mut wave: Vec<u8> = Vec::new();
    for (_, peaks) in waveform
        .iter()
        .enumerate()
        .filter(|(seat, _)| *seat != BUYER)
    {
        wave.resize(wave.len().max(peaks.len()), 0);
        for (held, peak) in wave.iter_mut().zip(peaks) {
            *held = (*held).max(*peak);
        }
    }
    wave
}

fn buyer(waveform: &[Vec<u8>]) -> Vec<u8> {
    waveform.get(BUYER).cloned().unwrap_or_default()
}

/// Two waves, the gaps between packets, and a seek bar over them.
#[component]
pub fn Wave(play: StoredValue<PlayView>, deck: Deck) -> impl IntoView {
    let total = deck.duration_ms().max(1);
    let clock = deck.clock();
    let percent =
        move |ms: i64| format!("{:.3}%", float(ms.clamp(0, total)) / float(total) * 100.0);
    let box_ = format!("0 0 {} {HEIGHT}", BARS * 4);
    let waves = play.with_value(|play| {
        [
            ("seller", sellers(&play.waveform)),
            ("buyer", buyer(&play.waveform)),
        ]
        .into_iter()
        .filter(|_| !play.waveform.is_empty())
        .map(|(side, peaks)| {
            let class = format!("wave-{side}");
            let path = path(&bars(&peaks, total));
            view! {
                <svg viewBox=box_.clone() preserveAspectRatio="none" class=class aria-hidden="true">
                    <path d=path></path>
                </svg>
            }
        })
        .collect_view()
    });
    let gaps = play.with_value(|play| {
        play.gaps
            .iter()
            .map(|&(from, to)| {
                let words = t_with(
                    "player.gap",
                    &[("from", &format::duration(from)), ("to", &format::duration(to))],
                );
                view! { <span class="mask" title=words style:left=percent(from) style:width=percent(to - from)></span> }
            })
            .collect_view()
    });
    let marks = play.with_value(|play| {
        play.marks
            .iter()
            .map(|mark| view! { <i class="tick" style:left=percent(mark.at_ms)></i> })
            .collect_view()
    });
    let position = Memo::new(move |_| clock.read().whole_ms());
    let said = move || {
        let here = format::duration(position.get());
        t_with(
            "player.position",
            &[("position", &here), ("duration", &format::duration(total))],
        )
    };
    let seek = move |event: leptos::ev::Event| {
        if let Ok(ms) = event_target_value(&event).parse() {
            deck.seek(ms);
        }
    };
    view! {
        <div class="wave">
            {waves}
            {gaps}
            {marks}
            <span class="head" style:left=move || percent(position.get())></span>
            <input
                class="seek"
                type="range"
                min="0"
                max=total.to_string()
                step="100"
                aria-label=t("player.seek")
                aria-valuetext=said
                prop:value=move || position.get().to_string()
                on:input=seek
            />
        </div>
    }
}

/// The loudest moment of each bar's stretch of the timeline, 0 to 1.
fn bars(peaks: &[u8], total_ms: i64) -> Vec<f64> {
    let all = usize::try_from(total_ms / PEAK_MS)
        .unwrap_or(0)
        .max(peaks.len())
        .max(1);
    (0..BARS)
        .map(|bar| {
            let from = bar * all / BARS;
            let to = ((bar + 1) * all / BARS).max(from + 1);
            let loudest = peaks
                .get(from.min(peaks.len())..to.min(peaks.len()))
                .and_then(|part| part.iter().max());
            f64::from(loudest.copied().unwrap_or(0)) / 255.0
        })
        .collect()
}

/// Vertical strokes around the middle, one a bar.
fn path(bars: &[f64]) -> String {
    use std::fmt::Write as _;
    let mut path = String::with_capacity(bars.len() * 20);
    for (n, bar) in bars.iter().enumerate() {
        let height = (bar * (HEIGHT - 4.0)).max(1.0);
        // Writing into a string cannot fail.
        let _ = write!(
            path,
            "M{} {:.1}v{height:.1}",
            n * 4 + 2,
            (HEIGHT - height) / 2.0
        );
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_wave_keeps_its_loudest_moments() {
        let mut peaks = vec![10_u8; 6_000];
        peaks[3_000] = 255;
        let bars = bars(&peaks, 600_000);
        assert_eq!(bars.len(), BARS);
        assert!((bars[150] - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_wave_shorter_than_the_timeline_ends_early() {
        let bars = bars(&[255; 50], 10_000);
        assert!(bars[..140].iter().all(|bar| *bar > 0.9));
        assert!(bars[160..].iter().all(|bar| *bar == 0.0));
    }

    #[test]
    fn nothing_recorded_draws_a_flat_line() {
        assert_eq!(bars(&[], 0).len(), BARS);
        assert!(path(&bars(&[], 0)).starts_with("M2 21.5v1.0"));
    }
}
