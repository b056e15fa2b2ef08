//! The text of two stages where one stood.

use dockslim_syntax::{
    Arguments, Dockerfile, Edits, Instruction, Item, Keyword, Overlap, Span, leading_comments,
};

use super::plan::{Plan, Transfer};
use super::reasons;
use super::subject::{Obstacle, Subject, because};
use super::variables::leads_away;
use crate::facts::Stage;

/// The edits that cut a stage in two.
pub(super) fn edits(
    subject: &Subject<'_, '_>,
    stages: &[Stage<'_>],
    plan: &Plan,
) -> Result<Edits, Obstacle> {
    let dockerfile = subject.build.dockerfile;
    let cut = Cut::of(subject, stages, plan.stays)?;
    for (_, instruction) in instructions(dockerfile, &subject.stage.stage) {
        let end = Span::new(instruction.span.end, instruction.lines.end);
        if instruction.heredocs.is_empty() && dockerfile.continuations_in(end).next().is_some() {
            return Err(because(&reasons::LAYOUT));
        }
    }
    // What starts the container is written anew where it stands, not where it is moved to.
    let starts = plan.starts.iter().any(|(start, _)| start.start < cut.tail_start());
    if starts {
        return Err(because(&reasons::LAYOUT));
    }
    cut.edits(subject, plan).map_err(|_| because(&reasons::LAYOUT))
}

/// The instructions of a stage behind its FROM, with their numbers among the items.
fn instructions<'d>(
    dockerfile: &'d Dockerfile<'_>,
    stage: &Stage<'_>,
) -> Vec<(usize, &'d Instruction)> {
    let inside = stage.from + 1..stage.end;
    dockerfile.instructions().filter(|(index, _)| inside.contains(index)).collect()
}

/// Where a stage is cut.
struct Cut<'d, 't> {
    dockerfile: &'d Dockerfile<'t>,
    from: &'d Instruction,
    /// The name of the build.
    build: String,
    /// The name that the stage had, which the new one has now.
    name: Option<String>,
    /// What only a container reads and stands above a step, by number among the items.
    moved: Vec<usize>,
    /// What both stages need.
    repeated: Vec<usize>,
    /// The item that the new stage's last part begins with; what stands from there on stays where it is.
    tail: usize,
}

impl<'d, 't> Cut<'d, 't> {
    fn of(
        subject: &'d Subject<'_, 't>,
        stages: &[Stage<'_>],
        stays: Option<Span>,
    ) -> Result<Self, Obstacle> {
        let dockerfile = subject.build.dockerfile;
        let stage = &subject.stage.stage;
        let from = dockerfile.instruction(stage.from).ok_or_else(|| because(&reasons::LAYOUT))?;
        let all = instructions(dockerfile, stage);
        let builds = |one: &Instruction| {
            matches!(one.kind, Keyword::Run | Keyword::Copy | Keyword::Add)
                && stays.is_none_or(|first| one.span.start < first.start)
        };
        let steps = all.iter().rposition(|(_, one)| builds(one));
        let behind = steps.map_or(0, |last| last + 1);
        let first = all
            .get(behind)
            .map_or(stage.end, |(index, _)| leading_comments(dockerfile, *index).start);
        let mut moved = Vec::new();
        let mut repeated = Vec::new();
        for (number, (index, one)) in all.iter().take(behind).enumerate() {
            match one.kind {
                Keyword::Cmd
                | Keyword::Entrypoint
                | Keyword::Healthcheck
                | Keyword::Expose
                | Keyword::Label
                | Keyword::Maintainer
                | Keyword::Stopsignal => moved.push(*index),
                Keyword::Volume => {
                    if all[number..behind].iter().any(|(_, one)| one.kind == Keyword::Run) {
                        return Err(because(&reasons::VOLUME));
                    }
                    moved.push(*index);
                }
                Keyword::Env | Keyword::Arg | Keyword::User | Keyword::Workdir => {
                    repeated.push(*index)
                }
                _ => {}
            }
        }
        let taken = |name: &str| {
            let is = |text: &str| text.eq_ignore_ascii_case(name);
            stages.iter().any(|stage| stage.name.as_deref().is_some_and(is))
                || dockerfile.source.to_ascii_lowercase().contains(&format!("from={name}"))
        };
        let own = stage.name.as_deref();
        let free = ["build", "builder", "build-stage"]
            .into_iter()
            .find(|name| !taken(name) && own != Some(name));
        let build = free.ok_or_else(|| because(&reasons::LAYOUT))?.to_owned();
        let name = match &from.arguments {
            Arguments::From(from) => from.name.map(|name| dockerfile.text(name).into_owned()),
            _ => None,
        };
        Ok(Self { dockerfile, from, build, name, moved, repeated, tail: first })
    }

    fn edits(&self, subject: &Subject<'_, '_>, plan: &Plan) -> Result<Edits, Overlap> {
        let mut edits = Edits::new();
        for (at, text) in &plan.inserts {
            edits.insert(*at, text.clone())?;
        }
        if let Arguments::From(from) = &self.from.arguments {
            match from.name {
                Some(name) => edits.replace(name, self.build.clone())?,
                None => {
                    let word = self.keyword("AS");
                    edits.insert(from.image.span.end, format!(" {word} {}", self.build))?;
                }
            }
        }
        if let Some((start, words)) = &plan.starts {
            edits.replace(*start, format!("{} {words}", self.keyword("CMD")))?;
        }
        for gone in self.gone() {
            edits.delete(gone)?;
        }
        let items = &self.dockerfile.items;
        let place =
            items.get(self.tail).map_or(self.dockerfile.source.len(), |item| item.lines().start);
        let newline = self.dockerfile.newline();
        // The blank lines in front of what stays: the build ends above them.
        let blanks = items[..self.tail.min(items.len())]
            .iter()
            .rev()
            .take_while(|item| matches!(item, Item::Blank { .. }))
            .count();
        let end = items.get(self.tail - blanks).map_or(place, |item| item.lines().start);
        let mut text = String::new();
        if !self.dockerfile.source[..end].ends_with('\n') {
            text.push_str(newline);
        }
        for script in &plan.added {
            text.push_str(&format!("{} {script}{newline}", self.keyword("RUN")));
        }
        if blanks > 0 && !text.is_empty() {
            edits.insert(end, std::mem::take(&mut text))?;
        }
        if blanks == 0 {
            text.push_str(newline);
        }
        let lines = self.lines(subject, plan);
        text.push_str(&lines.join(newline));
        text.push_str(newline);
        for index in &self.moved {
            text.extend(self.own_lines(*index).into_iter().map(|span| self.dockerfile.raw(span)));
        }
        if blanks > 0 && items.get(self.tail).is_some() {
            text.push_str(newline);
        }
        if place == self.dockerfile.source.len() && !self.dockerfile.source.ends_with('\n') {
            text.truncate(text.trim_end_matches(['\n', '\r']).len());
        }
        edits.insert(place, text)?;
        Ok(edits)
    }

    /// A keyword in the author's case.
    fn keyword(&self, word: &str) -> String {
        let upper = self.dockerfile.raw(self.from.keyword).starts_with('F');
        if upper { word.to_owned() } else { word.to_ascii_lowercase() }
    }

    /// The lines of an instruction with the comments above it.
    fn own_lines(&self, index: usize) -> Vec<Span> {
        let first = leading_comments(self.dockerfile, index).start;
        (first..=index).map(|at| self.dockerfile.items[at].lines()).collect()
    }

    /// The lines that leave the build: those that are moved, and of blank ones around them all but the first.
    fn gone(&self) -> Vec<Span> {
        let items = &self.dockerfile.items;
        let moved: Vec<usize> = self
            .moved
            .iter()
            .flat_map(|index| leading_comments(self.dockerfile, *index).start..=*index)
            .collect();
        let (Some(first), Some(last)) = (moved.iter().min(), moved.iter().max()) else {
            return Vec::new();
        };
        let is_blank = |item: &Item| matches!(item, Item::Blank { .. });
        let before = first.checked_sub(1).and_then(|before| items.get(before));
        let mut gone = Vec::new();
        let mut behind_blank = before.is_some_and(is_blank);
        let mut behind_moved = false;
        // A blank line may stand on both sides of the last one.
        let end = self.tail.min(last + 2);
        for (index, item) in items.iter().enumerate().take(end).skip(*first) {
            if moved.contains(&index) {
                behind_moved = true;
                gone.push(item.lines());
            } else if is_blank(item) && behind_blank && behind_moved {
                gone.push(item.lines());
            } else {
                behind_blank = is_blank(item);
                behind_moved = false;
            }
        }
        gone
    }

    /// The new stage, up to what is moved or stays.
    fn lines(&self, subject: &Subject<'_, '_>, plan: &Plan) -> Vec<String> {
        let from = self.keyword("FROM");
        let platform: String = self
            .from
            .flags
            .iter()
            .map(|flag| format!(" {}", self.dockerfile.text(flag.span)))
            .collect();
        let name = self
            .name
            .as_ref()
            .map_or_else(String::new, |name| format!(" {} {name}", self.keyword("AS")));
        let mut lines = vec![format!("{from}{platform} {}{name}", plan.base)];
        let repeated = |kind: Keyword| {
            let all = self.repeated.iter().filter_map(|index| self.dockerfile.instruction(*index));
            all.filter(move |one| one.kind == kind)
        };
        let behind: String = self
            .moved
            .iter()
            .chain(&self.repeated)
            .filter_map(|index| self.dockerfile.instruction(*index))
            .filter(|one| !matches!(one.kind, Keyword::Arg))
            .map(|one| self.dockerfile.text(one.span))
            .chain(std::iter::once(self.dockerfile.source[self.tail_start()..].into()))
            .collect();
        for (name, value) in &plan.settings {
            lines.push(format!("{} {name}={value}", self.keyword("ENV")));
        }
        // What a RUN may read without naming it.
        let runs = self
            .dockerfile
            .instructions()
            .any(|(at, one)| at >= self.tail && one.kind == Keyword::Run);
        // In their order: one may be read by the next.
        for index in &self.repeated {
            let Some(one) = self.dockerfile.instruction(*index) else { continue };
            let Arguments::Pairs { pairs, .. } = &one.arguments else { continue };
            let read = pairs.iter().any(|pair| {
                let name = self.dockerfile.text(pair.name);
                let texts = plan.runs.iter().map(String::as_str).chain([behind.as_str()]);
                let (plain, braced) = (format!("${name}"), format!("${{{name}"));
                texts.into_iter().any(|text| text.contains(&plain) || text.contains(&braced))
            });
            // What asks nothing in the build shall not ask here.
            let quiet = plan.runs.iter().any(|run| run.contains("apt-get"))
                && pairs.iter().any(|pair| self.dockerfile.text(pair.name) == "DEBIAN_FRONTEND");
            let lost = |name: &str| {
                one.kind == Keyword::Env && self.is_set_again(*index, name, plan, &behind)
            };
            if one.kind == Keyword::Env || read || quiet || runs {
                lines.extend(self.without(one, lost));
            }
        }
        for script in &plan.runs {
            lines.push(format!("{} {script}", self.keyword("RUN")));
        }
        let (mut early, late): (Vec<&Transfer>, Vec<&Transfer>) =
            plan.copies.iter().partition(|copy| copy.target.starts_with("/etc/"));
        early.extend(late);
        for copy in early {
            let owner =
                copy.owner.as_ref().map_or_else(String::new, |owner| format!(" --chown={owner}"));
            let sources = copy.sources.join(" ");
            lines.push(format!(
                "{} --from={}{owner} {sources} {}",
                self.keyword("COPY"),
                self.build,
                copy.target
            ));
        }
        for (keyword, arguments) in &plan.says {
            lines.push(format!("{} {arguments}", self.keyword(keyword)));
        }
        let stands = repeated(Keyword::Workdir).next().is_some();
        let folder = subject.folder_before(self.tail_start());
        match folder.filter(|_| !self.tail_leaves_folder(subject.image)) {
            Some(folder) if stands || folder != "/" => {
                lines.push(format!("{} {folder}", self.keyword("WORKDIR")));
            }
            _ => {}
        }
        if let Some(user) = repeated(Keyword::User).next_back() {
            lines.push(self.plain(user));
        }
        lines
    }

    /// Whether another ENV behind that of number `index` among the items sets a variable anew, and nothing in the new stage has read it by
    /// then: no RUN, no ARG, and none of the texts `behind`.
    fn is_set_again(&self, index: usize, name: &str, plan: &Plan, behind: &str) -> bool {
        let stays = |at: usize| at >= self.tail && plan.runs.is_empty();
        let mut later = self.dockerfile.instructions().filter(|(at, one)| {
            *at > index && one.kind == Keyword::Env && (self.repeated.contains(at) || stays(*at))
        });
        let sets = |one: &Instruction| match &one.arguments {
            Arguments::Pairs { pairs, .. } => {
                pairs.iter().any(|pair| self.dockerfile.text(pair.name) == name)
            }
            _ => false,
        };
        let reads =
            |text: &str| text.contains(&format!("${name}")) || text.contains(&format!("${{{name}"));
        let mut repeated = self.repeated.iter().filter_map(|at| self.dockerfile.instruction(*at));
        let read = reads(behind) || repeated.any(|one| reads(&self.dockerfile.text(one.span)));
        !read && later.any(|(_, one)| sets(one))
    }

    fn tail_start(&self) -> usize {
        self.dockerfile
            .items
            .get(self.tail)
            .map_or(self.dockerfile.source.len(), |item| item.lines().start)
    }

    /// Whether the first WORKDIR of what stays leads anywhere from anywhere, and nothing above it asks for the folder.
    fn tail_leaves_folder(&self, image: &str) -> bool {
        let asks = |one: &Instruction| match one.kind {
            Keyword::Copy | Keyword::Add => {
                let text = self.dockerfile.text(one.arguments_span);
                !text.split_whitespace().next_back().is_some_and(|word| word.starts_with('/'))
            }
            kind => kind == Keyword::Run,
        };
        let behind = self.dockerfile.instructions().filter(|(index, _)| *index >= self.tail);
        let mut behind = behind.take_while(|(_, one)| !asks(one));
        let Some((_, first)) = behind.find(|(_, one)| one.kind == Keyword::Workdir) else {
            return false;
        };
        leads_away(image, self.dockerfile.text(first.arguments_span).trim())
    }

    /// An instruction on one line, without comments.
    fn plain(&self, one: &Instruction) -> String {
        let keyword = self.dockerfile.raw(one.keyword);
        format!("{keyword} {}", self.dockerfile.text(one.arguments_span).trim())
    }

    /// The same of ENV and ARG, without the variables that are `lost`; `None` if nothing is left.
    fn without(&self, one: &Instruction, lost: impl Fn(&str) -> bool) -> Option<String> {
        let keyword = self.dockerfile.raw(one.keyword);
        let Arguments::Pairs { pairs, legacy } = &one.arguments else {
            return Some(self.plain(one));
        };
        let kept = pairs.iter().filter(|pair| !lost(&self.dockerfile.text(pair.name)));
        if *legacy {
            return kept.count().gt(&0).then(|| self.plain(one));
        }
        let kept = kept.map(|pair| {
            let name = self.dockerfile.text(pair.name);
            pair.value.map_or_else(
                || name.to_string(),
                |value| format!("{name}={}", self.dockerfile.text(value)),
            )
        });
        let kept: Vec<String> = kept.collect();
        (!kept.is_empty()).then(|| format!("{keyword} {}", kept.join(" ")))
    }
}
