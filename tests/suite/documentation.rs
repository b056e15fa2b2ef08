//! Is the documentation of the passes true?

use dockslim::engine::{Settings, fix};
use dockslim_transforms::PIPELINE;

use crate::contexts::context;

#[test]
fn before_becomes_after() {
    for pass in PIPELINE {
        let page = pass.documentation();
        let (before, after) =
            (blocks(&page, "dockerfile before"), blocks(&page, "dockerfile after"));
        assert!(!before.is_empty(), "{} shows what it does", pass.name);
        assert_eq!(before.len(), after.len(), "{} shows both sides", pass.name);
        let select = vec![pass.name.to_owned()];
        let contexts = blocks(&page, "toml context");
        assert!(contexts.is_empty() || contexts.len() == before.len(), "{}", pass.name);
        let mut contexts = contexts.iter().map(|block| context(&block.parse().unwrap()));
        let mut settings = Settings { level: pass.boldest(), select, ..Settings::default() };
        for (before, after) in before.iter().zip(&after) {
            settings.context = contexts.next();
            assert_eq!(&fix(before, &settings).text, after, "{}", pass.name);
            assert_eq!(&fix(after, &settings).text, after, "{} is done", pass.name);
        }
    }
}

#[test]
fn pages_have_their_headings() {
    for pass in PIPELINE {
        let page = pass.documentation();
        let first = page.lines().next().unwrap_or_default();
        assert!(first.ends_with('.'), "{}: the first line is a sentence: {first}", pass.name);
        for heading in ["# Declines", "# Safety"] {
            assert!(page.lines().any(|line| line == heading), "{}: no {heading}", pass.name);
        }
    }
}

/// The contents of the fenced blocks of this kind.
fn blocks(page: &str, kind: &str) -> Vec<String> {
    let opening = format!("```{kind}");
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while lines.by_ref().any(|line| line == opening) {
        let body = lines.by_ref().take_while(|line| *line != "```");
        blocks.push(body.flat_map(|line| [line, "\n"]).collect());
    }
    blocks
}
