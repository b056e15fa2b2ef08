//! Do edits keep their laws: disjoint, composable, and traceable to where each byte came from?

use dockslim_syntax::{Edits, Span};
use proptest::prelude::*;

/// What a change is made of before it meets a text: two places and what is written between them.
type Draft = Vec<(usize, usize, String)>;

fn draft() -> impl Strategy<Value = Draft> {
    prop::collection::vec((0usize..40, 0usize..6, "[A-Z\u{e9}]{0,4}"), 0..8)
}

/// The change of `text` that a draft stands for; what overlaps is refused and left out.
fn edits(draft: &Draft, text: &str) -> Edits {
    let borders: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let border = |place: usize| borders[place.min(borders.len() - 1)];
    let mut edits = Edits::new();
    for (start, length, written) in draft {
        let before = edits.clone();
        let span = Span::new(border(*start), border(start + length));
        if edits.replace(span, written.as_str()).is_err() {
            assert_eq!(edits, before, "what is refused changes nothing");
        }
    }
    edits
}

/// Applies edits in the plainest way.
fn by_hand(edits: &Edits, text: &str) -> String {
    let mut result = text.to_owned();
    for edit in edits.iter().rev() {
        result.replace_range(edit.span.range(), &edit.text);
    }
    result
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn edits_are_sorted_and_disjoint(text in "[a-z\u{e9}]{0,30}", first in draft()) {
        let edits = edits(&first, &text);
        let spans: Vec<Span> = edits.iter().map(|edit| edit.span).collect();
        prop_assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start), "{:?}", spans);
        prop_assert_eq!(edits.apply(&text), by_hand(&edits, &text));
    }

    #[test]
    fn composed_edits_do_what_both_do(text in "[a-z\u{e9}]{0,30}", first in draft(), second in draft()) {
        let first = edits(&first, &text);
        let between = first.apply(&text);
        let second = edits(&second, &between);
        let both = first.then(&second);
        prop_assert_eq!(both.apply(&text), second.apply(&between));
        prop_assert_eq!(by_hand(&both, &text), by_hand(&second, &between));
    }

    #[test]
    fn kept_bytes_know_where_they_came_from(text in "[a-z]{0,30}", first in draft()) {
        let edits = edits(&first, &text);
        let after = edits.apply(&text);
        // Small letters are kept text, all others were written.
        for (at, byte) in after.bytes().enumerate() {
            let origin = edits.origin(at);
            if byte.is_ascii_lowercase() {
                prop_assert_eq!(text.as_bytes()[origin], byte);
            } else {
                prop_assert!(edits.iter().any(|edit| edit.span.start == origin), "{}", origin);
            }
        }
        let kept = (0..after.len()).filter(|at| after.as_bytes()[*at].is_ascii_lowercase());
        let origins: Vec<usize> = kept.map(|at| edits.origin(at)).collect();
        prop_assert!(origins.is_sorted_by(|one, next| one < next), "{:?}", origins);
    }
}
