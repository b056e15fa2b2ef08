//! Which line of a Dockerfile made which layer.

use dockslim_syntax::{Arguments, Keyword, parse};

use crate::image::Layer;

/// An instruction that makes a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    keyword: Keyword,
    /// Its line, from 1.
    pub(crate) line: usize,
    /// What is written, on one line.
    pub(crate) text: String,
}

/// A stage as far as it makes layers.
struct Stage {
    name: Option<String>,
    base: String,
    steps: Vec<Step>,
}

/// For each layer the instruction that made it; `None` for those of the base image.
///
/// Builders note what they did, but not where it stands: the notes are matched with the instructions from the last to
/// the first, and the first pair that does not fit ends it.
pub(crate) fn lines_of(text: &str, target: Option<&str>, layers: &[Layer]) -> Vec<Option<Step>> {
    let mut steps = steps(text, target);
    let mut lines = vec![None; layers.len()];
    for (layer, line) in layers.iter().zip(&mut lines).rev() {
        let noted = Keyword::of(layer.made_by.split(' ').next().unwrap_or_default());
        // A WORKDIR that is there already makes no layer.
        while noted != Keyword::Workdir
            && steps.last().is_some_and(|last| last.keyword == Keyword::Workdir)
        {
            steps.pop();
        }
        match steps.pop() {
            Some(step) if step.keyword == noted => *line = Some(step),
            _ => break,
        }
    }
    lines
}

/// The numbers of the layers that a file makes itself; of all layers where notes do not fit its instructions, since then nobody knows
/// where the base ends.
pub(crate) fn own_layers(text: &str, target: Option<&str>, layers: &[Layer]) -> Vec<usize> {
    let lines = lines_of(text, target, layers);
    let is_sure = |step: &&Step| step.keyword != Keyword::Workdir;
    let wanted = steps(text, target).iter().filter(is_sure).count();
    let all_found = lines.iter().flatten().filter(is_sure).count() == wanted;
    (0..layers.len()).filter(|number| !all_found || lines[*number].is_some()).collect()
}

/// The instructions that make layers of the stage that is built, with those of the stages below it.
fn steps(text: &str, target: Option<&str>) -> Vec<Step> {
    let dockerfile = parse(text);
    let mut stages: Vec<Stage> = Vec::new();
    for (_, instruction) in dockerfile.instructions() {
        let line = dockerfile.line(instruction.span.start);
        if let Arguments::From(from) = &instruction.arguments {
            stages.push(Stage {
                name: from.name.map(|span| dockerfile.text(span).to_lowercase()),
                base: dockerfile.text(from.image.span).to_lowercase(),
                steps: Vec::new(),
            });
        } else if let Some(stage) = stages.last_mut()
            && matches!(
                instruction.kind,
                Keyword::Run | Keyword::Copy | Keyword::Add | Keyword::Workdir
            )
        {
            let text = dockerfile.text(instruction.span);
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            stage.steps.push(Step { keyword: instruction.kind, line, text });
        }
    }
    let named = |name: &str, below: usize| {
        let name = name.to_lowercase();
        stages[..below].iter().rposition(|stage| stage.name.as_deref() == Some(name.as_str()))
    };
    let by_number = |name: &str| name.parse().ok().filter(|number| *number < stages.len());
    let built = match target {
        Some(target) => named(target, stages.len()).or_else(|| by_number(target)),
        None => stages.len().checked_sub(1),
    };
    let mut steps = Vec::new();
    let mut next = built;
    while let Some(number) = next {
        let stage = &stages[number];
        steps.splice(0..0, stage.steps.iter().cloned());
        next = named(&stage.base, number);
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers(notes: &[&str]) -> Vec<Layer> {
        let layer = |note: &&str| Layer {
            digest: String::new(),
            archive_bytes: 0,
            file_bytes: 0,
            pulled_bytes: None,
            made_by: (*note).to_owned(),
        };
        notes.iter().map(layer).collect()
    }

    #[test]
    fn layers_find_their_lines_through_stages() {
        let text = "FROM debian AS one\nRUN a\nFROM other\nRUN b\nFROM one\nWORKDIR /srv\nCOPY . .\nUSER me\nRUN c\n";
        let lines_of = |text, target, notes: &[Layer]| {
            let steps = super::lines_of(text, target, notes);
            steps.into_iter().map(|step| step.map(|step| step.line)).collect::<Vec<_>>()
        };
        let notes = layers(&["ADD file:1 in /", "RUN a", "COPY . .", "RUN c"]);
        assert_eq!(lines_of(text, None, &notes), [None, Some(2), Some(7), Some(9)]);
        let notes = layers(&["ADD file:1 in /", "RUN a"]);
        assert_eq!(lines_of(text, Some("one"), &notes), [None, Some(2)]);
        let notes = layers(&["ADD file:1 in /", "RUN b"]);
        assert_eq!(lines_of(text, Some("1"), &notes), [None, Some(4)]);
        assert_eq!(lines_of(text, Some("none"), &notes), [None, None]);
    }

    #[test]
    fn where_notes_do_not_fit_any_layer_may_be_the_files_own() {
        let text = "FROM debian\nWORKDIR /srv\nCOPY a .\nRUN b\n";
        let own = |notes| own_layers(text, None, &layers(notes));
        assert_eq!(own(&["ADD file:1 in /", "COPY a .", "RUN b"]), [1, 2]);
        assert_eq!(own(&["ADD file:1 in /", "bazel build", "RUN b"]), [0, 1, 2]);
    }
}
