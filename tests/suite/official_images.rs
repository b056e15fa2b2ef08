//! Does the table of official images say what the facts say, of every tag there is?

use dockslim::engine::{Settings, fix};
use dockslim_contract::Safety;
use dockslim_transforms::{Form, NoTwin, twin};
use rayon::prelude::*;

use crate::official_map::{self, Tag, tags};
use crate::rendering::page;
use crate::sources::{assert_none, missing_of_shared};

/// Tags of which the table has nothing: none of their image's slim tags is offered.
fn expected(tag: &Tag) -> Option<&str> {
    tag.slim_verdict.starts_with("safe").then_some(tag.slim.as_str())
}

#[test]
fn slim_twins_are_those_of_the_facts() {
    let Some(tags) = tags() else {
        return missing_of_shared("data about official images");
    };
    let (mut offered, mut refused) = (0, 0);
    for tag in &tags {
        let reference = format!("{}:{}", tag.image, tag.tag);
        let found = twin(&reference, Form::Slim);
        match (&found, expected(tag)) {
            (Ok(found), Some(slim)) => {
                assert_eq!(found.tag, slim, "{reference}");
                assert_eq!(found.live, tag.slim_verdict == "safe-live", "{reference}");
                assert_eq!(found.suite, Some(tag.suite.as_str()), "{reference}");
                offered += 1;
            }
            (Err(why), None) => {
                assert!(*why != NoTwin::UnknownImage, "{reference}");
                refused += usize::from(!tag.slim_verdict.is_empty());
            }
            _ => panic!("{reference}: {found:?}, and the facts say {}", tag.slim_verdict),
        }
    }
    for image in official_map::images().unwrap_or_default() {
        let found = twin(&format!("{image}:latest"), Form::Slim);
        assert_ne!(found.err(), Some(NoTwin::UnknownImage), "{image}");
    }
    assert!(offered > 10_000 && refused > 4_000, "{offered} offered, {refused} refused");
}

#[test]
fn alpine_twins_are_those_of_the_facts() {
    let Some(tags) = tags() else {
        return missing_of_shared("data about official images");
    };
    for tag in &tags {
        let reference = format!("{}:{}", tag.image, tag.tag);
        if let Ok(found) = twin(&reference, Form::Alpine) {
            let live = found.live;
            assert_eq!(found.tag, tag.alpine, "{reference}");
            assert_eq!(
                tag.alpine_verdict,
                if live { "live" } else { "frozen-together" },
                "{reference}"
            );
        }
    }
}

#[test]
fn what_the_facts_call_safe_is_offered_and_proved_and_nothing_else() {
    let Some(tags) = tags() else {
        return missing_of_shared("data about official images");
    };
    let settings = Settings {
        level: Safety::Suggestion,
        select: vec!["slim-base".to_owned()],
        ..Settings::default()
    };
    assert_none(tags.par_iter().filter_map(|tag| {
        // Whoever calls the compiler keeps the development kit.
        let text = |tag: &str, image: &str| format!("FROM {image}:{tag}\nCMD [\"javac\"]\n");
        let before = text(&tag.tag, &tag.image);
        let wanted = expected(tag).map_or_else(|| before.clone(), |slim| text(slim, &tag.image));
        let found = fix(&before, &settings);
        (found.text != wanted).then(|| format!("{}, wanted\n{wanted}", page(&before, &found)))
    }));
}
