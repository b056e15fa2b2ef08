//! The stages of a build: who is built on whom, and what ships.

use std::borrow::Cow;
use std::collections::HashMap;

use dockslim_syntax::{Arguments, Dockerfile, Instruction, Keyword};

use super::State;

/// One stage, from its FROM to the next.
#[derive(Clone, Debug)]
pub(crate) struct Stage<'t> {
    /// Its number, from 0.
    pub(crate) index: usize,
    /// The item number of its FROM.
    pub(crate) from: usize,
    /// The item number behind its last item.
    pub(crate) end: usize,
    /// The name behind AS, in lower case.
    pub(crate) name: Option<String>,
    /// What it is built on.
    pub(crate) base: Base<'t>,
    /// The stages and images that its instructions take files from, as they name them, in lower case and without quotes.
    takes: Vec<String>,
    /// Whether its layers reach somebody: it is the last stage, a target, a stage that one of these
    /// is built on, or a named one that nothing else refers to (it is there to be a `--target`).
    pub(crate) ships: bool,
    /// Whether an instruction takes files from it, or a stage is built on it.
    pub(crate) used: bool,
    /// The state that its first instruction sees.
    pub(crate) start: State<'t>,
}

/// What a stage is built on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Base<'t> {
    /// An earlier stage, by its number.
    Stage(usize),
    /// An image, as FROM writes it.
    Image(Cow<'t, str>),
}

impl Stage<'_> {
    /// Whether an instruction of this stage takes files from another one, or may.
    pub(crate) fn takes_from(&self, other: &Stage<'_>) -> bool {
        self.takes.iter().any(|name| {
            other.name.as_ref() == Some(name)
                || name.parse() == Ok(other.index)
                || name.contains('$')
        })
    }

    /// The image at the bottom of this stage, through the stages that it is built on.
    pub(crate) fn image<'a>(&'a self, stages: &'a [Stage<'_>]) -> &'a str {
        let mut stage = self;
        loop {
            match &stage.base {
                Base::Image(image) => return image,
                Base::Stage(index) => stage = &stages[*index],
            }
        }
    }
}

/// All stages of a file; `targets` are names that are built by `--target`.
pub(super) fn stages<'t>(dockerfile: &'t Dockerfile<'t>, targets: &[String]) -> Vec<Stage<'t>> {
    let mut stages: Vec<Stage<'t>> = Vec::new();
    let mut names: HashMap<String, usize> = HashMap::new();
    let mut ends: Vec<State<'t>> = Vec::new();
    let mut state = State::default();
    for (index, instruction) in dockerfile.instructions() {
        let Arguments::From(from) = &instruction.arguments else {
            state.apply(dockerfile, instruction);
            if let Some(stage) = stages.last_mut() {
                stage.takes.extend(references(dockerfile, instruction.innermost()));
            }
            continue;
        };
        if let Some(last) = stages.last_mut() {
            last.end = index;
            ends.push(std::mem::take(&mut state));
        }
        let image = dockerfile.text(from.image.span);
        let lower = image.to_ascii_lowercase();
        let base = names.get(&lower).copied().map_or(Base::Image(image), Base::Stage);
        let platform = instruction.flag("platform", dockerfile.source).and_then(|flag| flag.value);
        let windows = platform.is_some_and(|span| dockerfile.text(span).starts_with("windows"));
        let start = match &base {
            Base::Stage(earlier) => ends[*earlier].clone(),
            Base::Image(image) => State::of_image(image, windows),
        };
        state = start.clone();
        let name = from.name.map(|name| dockerfile.text(name).to_ascii_lowercase());
        let number = stages.len();
        names.extend(name.clone().map(|name| (name, number)));
        let end = dockerfile.items.len();
        stages.push(Stage {
            index: number,
            from: index,
            end,
            name,
            base,
            takes: Vec::new(),
            ships: false,
            used: false,
            start,
        });
    }
    mark_shipping(&mut stages, &names, targets);
    stages
}

/// `names` has the last stage of each name.
fn mark_shipping(stages: &mut [Stage<'_>], names: &HashMap<String, usize>, targets: &[String]) {
    let mut used = vec![false; stages.len()];
    for number in 0..stages.len() {
        if let Base::Stage(base) = stages[number].base {
            used[base] = true;
        }
        for reference in &stages[number].takes {
            let number_of = |text: &str| text.parse().ok().filter(|number| *number < stages.len());
            match names.get(reference).copied().or_else(|| number_of(reference)) {
                Some(stage) => used[stage] = true,
                // A variable decides: it may be any of them.
                None if reference.contains('$') => used[..number].fill(true),
                None => {}
            }
        }
    }
    for (stage, used) in stages.iter_mut().zip(&used) {
        stage.used = *used;
    }
    let last = stages.len().saturating_sub(1);
    for number in (0..stages.len()).rev() {
        let is_target =
            targets.iter().any(|target| Some(target.to_ascii_lowercase()) == stages[number].name);
        let for_itself = stages[number].name.is_some() && !used[number];
        if number == last || is_target || for_itself {
            stages[number].ships = true;
        }
        if let (true, Base::Stage(base)) = (stages[number].ships, &stages[number].base) {
            let base = *base;
            stages[base].ships = true;
        }
    }
}

/// What an instruction takes from elsewhere, in lower case and without quotes: `COPY --from=`, `RUN --mount=…,from=`.
pub(super) fn references(dockerfile: &Dockerfile<'_>, instruction: &Instruction) -> Vec<String> {
    let plain = |name: &str| name.trim_matches(['"', '\'']).to_ascii_lowercase();
    let mut found = Vec::new();
    for flag in &instruction.flags {
        let Some(value) = flag.value else { continue };
        let value = dockerfile.text(value);
        match (instruction.kind, flag.name.of(dockerfile.source)) {
            (Keyword::Copy, "from") => found.push(plain(&value)),
            (Keyword::Run, "mount") => {
                let from =
                    value.split(',').filter_map(|option| option.trim().strip_prefix("from="));
                found.extend(from.map(plain));
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use dockslim_syntax::parse;

    use super::*;

    fn shipping(text: &str, targets: &[&str]) -> Vec<bool> {
        let targets: Vec<_> = targets.iter().map(|target| target.to_string()).collect();
        stages(&parse(text), &targets).iter().map(|stage| stage.ships).collect()
    }

    #[test]
    fn the_last_stage_and_what_it_is_built_on_ship() {
        let text = "FROM a AS base\nFROM b AS Build\nFROM base AS x\nCOPY --from=build /a /b\n";
        assert_eq!(shipping(text, &[]), [true, false, true]);
        assert_eq!(shipping(text, &["build"]), [true, true, true]);
    }

    #[test]
    fn a_named_stage_that_nothing_uses_is_a_target() {
        assert_eq!(shipping("FROM a AS test\nFROM b\n", &[]), [true, true]);
        assert_eq!(shipping("FROM a\nFROM b\nCOPY --from=0 /a /b\n", &[]), [false, true]);
        assert_eq!(
            shipping("FROM a AS t\nFROM b\nRUN --mount=type=bind,from=t true\n", &[]),
            [false, true]
        );
        assert_eq!(
            shipping("FROM a AS t\nARG S\nFROM b\nCOPY --from=$S /a /b\n", &[]),
            [false, true]
        );
    }
}
