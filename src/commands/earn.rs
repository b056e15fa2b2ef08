//! `dockslim fix --verify`: builds what the passes propose, the boldest first, and keeps what is shown to work.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use dockslim_contract::Safety;
use dockslim_syntax::parse;

use super::{Status, building};
use crate::args::FixArgs;
use crate::builder::{self, Builder, interrupt};
use crate::engine::{self, Outcome, Settings};
use crate::error::Error;
use crate::evidence::{self, Idea, Layers, Subject};
use crate::files;
use crate::image::Image;
use crate::project::Known;
use crate::report::{self, Change, Output, bytes};
use crate::verify::{
    self, Answer, Bench, Declared, Progress, Smoke, Unsteady, Verdict, own_layers,
};

/// What the file as it is is called, for its two builds.
const ORIGINAL: [&str; 2] = ["original", "original-again"];

/// Lines that are shown of a builder or a smoke command that fails.
const SHOWN_LINES: usize = 6;

pub(super) fn run(args: &FixArgs, output: &mut Output) -> Result<Status, Error> {
    let path = match args.files.paths.as_slice() {
        [] => building::one_file(".".as_ref())?,
        [path] => building::one_file(path)?,
        paths => return Err(Error::NotOneNamed { count: paths.len() }),
    };
    let name = path.to_string_lossy().into_owned();
    let text = files::read(&path)?;
    let project = super::project(&args.config, args.passes.flags(), args.context.clone(), output)?;
    let Known { mut settings, folder, .. } =
        building::known(&project, Some(&path), &name, &text, &args.building)?;
    let context = verify::folder_of(args.context.as_deref(), folder.as_deref(), Some(&path))?;
    // What passes a smoke command need not be believed; without one, it is what the user asks for.
    if args.building.smoke.is_some() && !args.passes.review {
        settings.level = Safety::Suggestion;
    }
    let target = args.building.target.clone();
    let boldest = engine::fix(&text, &settings);
    // What only evidence can justify needs a command that asks for it.
    let may_earn =
        args.building.smoke.is_some() && evidence::may_help(&parse(&text), target.as_deref());
    if boldest.text == text && !may_earn {
        if !args.files.edit.quiet {
            output.remark(&format!("nothing to rewrite in {name}\n"));
        }
        return Ok(Status::Done);
    }
    let builder = Builder::find(args.building.engine, args.building.builder.as_deref())?;
    interrupt::watch();
    let bench = Bench::new(builder, building::job(&args.building, context), Some(&path))?;
    let mut search = Search {
        name,
        path,
        text,
        settings,
        target,
        bench,
        smoke: building::smoke(&args.building, &[]),
        limit: Duration::from_secs(args.building.smoke_timeout),
        until: Instant::now() + Duration::from_secs(args.budget),
        progress: Progress::new(args.files.edit.quiet),
        tried: HashMap::new(),
        account: Vec::new(),
    };
    let kept = search.run()?;
    search.tell(kept, args, output)
}

/// A search for the boldest rewrites that work.
struct Search {
    name: String,
    path: PathBuf,
    text: String,
    settings: Settings,
    /// The stage that is built.
    target: Option<String>,
    bench: Bench,
    smoke: Option<Smoke>,
    limit: Duration,
    until: Instant,
    progress: Progress,
    /// The texts that were built already, and whether they were good.
    tried: HashMap<String, bool>,
    /// What was tried, and what came of it.
    account: Vec<String>,
}

/// The file as it is, built.
struct Original {
    image: Image,
    answer: Option<Answer>,
    unsteady: Unsteady,
}

/// A file that works.
struct Kept {
    text: String,
    /// What the passes did, if they did anything.
    outcome: Option<Outcome>,
    /// What was done, in words.
    called: Vec<String>,
    image: Image,
}

impl Search {
    /// What is kept, and the bytes of the image as it was.
    fn run(&mut self) -> Result<(Option<Kept>, u64), Error> {
        let original = self.original()?;
        let size = original.image.size();
        let mut kept = self.passes(&original)?;
        if original.answer.is_some() {
            let begin = kept.unwrap_or_else(|| Kept {
                text: self.text.clone(),
                outcome: None,
                called: Vec::new(),
                image: original.image.clone(),
            });
            let earned = self.ideas(begin, &original)?;
            kept = Some(earned).filter(|kept| kept.text != self.text);
        }
        Ok((kept, size))
    }

    /// The boldest rewrites of the passes that work.
    fn passes(&mut self, original: &Original) -> Result<Option<Kept>, Error> {
        for level in [Safety::Suggestion, Safety::Review, Safety::Safe] {
            if level > self.settings.level {
                continue;
            }
            let mut settings = self.settings.clone();
            settings.level = level;
            let all = engine::fix(&self.text, &settings);
            let mut bold: Vec<&'static str> = Vec::new();
            for remark in all.applied.iter().filter(|remark| remark.safety == level) {
                if !bold.contains(&remark.pass) {
                    bold.push(remark.pass);
                }
            }
            // A level that adds nothing is the next one.
            if bold.is_empty() && level != Safety::Safe {
                continue;
            }
            for left_out in orders(&bold) {
                if self.is_late() {
                    return Ok(None);
                }
                if let Some(kept) = self.attempt(level, &left_out, original)? {
                    return Ok(Some(kept));
                }
            }
        }
        Ok(None)
    }

    /// On top of what works, what no reading of the file can justify.
    fn ideas(&mut self, mut kept: Kept, original: &Original) -> Result<Kept, Error> {
        let kinds = evidence::KINDS.iter().filter(|kind| self.settings.wants(kind.pass));
        for kind in kinds.collect::<Vec<_>>() {
            // Where one works, there may be more on top of it.
            loop {
                let dockerfile = parse(&kept.text);
                let target = self.target.as_deref();
                let subject = Subject { dockerfile: &dockerfile, target, image: &kept.image };
                let ideas = kind.propose(&subject);
                let mut better = None;
                for idea in ideas {
                    if self.tried.contains_key(&idea.text) {
                        continue;
                    }
                    if self.is_late() {
                        return Ok(kept);
                    }
                    match self.consider(&idea, &kept.image, original)? {
                        Ok(image) => {
                            better = Some((idea, image));
                            break;
                        }
                        Err(why) => self.account.push(format!("{}: {why}", idea.called)),
                    }
                }
                let Some((idea, image)) = better else { break };
                kept.text = idea.text;
                kept.image = image;
                kept.called.push(idea.called);
            }
        }
        Ok(kept)
    }

    /// The image of an idea, or what speaks against it.
    fn consider(
        &mut self,
        idea: &Idea,
        before: &Image,
        original: &Original,
    ) -> Result<Result<Image, String>, Error> {
        let candidate = self.candidate();
        let result = self.consider_as(&candidate, idea, before, original)?;
        self.tried.insert(idea.text.clone(), result.is_ok());
        if result.is_err() {
            self.bench.forget(&candidate);
        }
        Ok(result)
    }

    fn consider_as(
        &mut self,
        candidate: &str,
        idea: &Idea,
        before: &Image,
        original: &Original,
    ) -> Result<Result<Image, String>, Error> {
        let image = match self.built(candidate, &idea.called, &idea.text, 1)? {
            Ok(image) => image,
            Err(why) => return Ok(Err(why)),
        };
        let (old, new) = (before.size(), image.size());
        if new >= old {
            return Ok(Err(not_smaller(old, new)));
        }
        if let Some(why) = self.refused(candidate, &idea.called, original)? {
            return Ok(Err(why));
        }
        let mut found = verify::compare(before, &image);
        found.leave_out(&original.unsteady);
        let context = self.settings.context.as_deref();
        let (bench, target) = (&self.bench, self.target.as_deref());
        let mut search = |layers: Layers, words: &[String]| {
            let wanted = match layers {
                Layers::All => (0..image.layers.len()).collect(),
                Layers::Own => own_layers(&idea.text, target, &image.layers),
            };
            bench.search(candidate, &wanted, words)
        };
        let doubt = idea.doubt((before, &image), &found, context, &mut search)?;
        Ok(doubt.map_or(Ok(image), Err))
    }

    /// Whether the time is up, which is told.
    fn is_late(&mut self) -> bool {
        let is_late = Instant::now() > self.until;
        let told = "no more: the time is up, and --budget gives more";
        if is_late && !self.account.iter().any(|line| line == told) {
            self.account.push(told.to_owned());
        }
        is_late
    }

    /// The name of the next image.
    fn candidate(&self) -> String {
        format!("candidate-{}", self.tried.len() + 1)
    }

    /// Builds a text and reads its image; else tells the step that fails, and the last lines of what the builder said.
    fn built(
        &mut self,
        candidate: &str,
        called: &str,
        text: &str,
        lines: usize,
    ) -> Result<Result<Image, String>, Error> {
        self.bench.add(candidate, text)?;
        self.progress.begin(format!("{called}: building"));
        if let Err(failure) = self.bench.build(candidate, true, &self.progress)? {
            let step = failure.step.unwrap_or_else(|| "the build".to_owned());
            // An image that is not to be had needs no story.
            let lines = if step.contains("] FROM ") { 1 } else { lines };
            let said: Vec<String> =
                failure.lines.into_iter().filter(|line| builder::step(line).is_none()).collect();
            return Ok(Err(format!("{step} fails{}", last(&said, lines))));
        }
        self.progress.begin(format!("{called}: comparing the files"));
        Ok(Ok(self.bench.read(candidate, false)?))
    }

    /// What the smoke command has against an image.
    fn refused(
        &mut self,
        candidate: &str,
        called: &str,
        original: &Original,
    ) -> Result<Option<String>, Error> {
        let (Some(smoke), Some(before)) = (&self.smoke, &original.answer) else { return Ok(None) };
        self.progress.begin(format!("{called}: smoke command"));
        let name = self.bench.image_name(candidate);
        let said = smoke.ask(&self.bench.builder, &name, self.limit)?;
        let is_good = smoke.accepts(&said, before);
        let told =
            || format!("the smoke command {}{}", said.told(), last(&said.lines, SHOWN_LINES));
        Ok((!is_good).then(told))
    }

    /// Builds the file as it is, twice: what differs then, or fails then, is nobody's fault.
    fn original(&mut self) -> Result<Original, Error> {
        let mut images = Vec::new();
        for candidate in ORIGINAL {
            self.progress.begin(format!("{candidate}: building"));
            self.bench.add(candidate, &self.text)?;
            if let Err(failure) = self.bench.build(candidate, false, &self.progress)? {
                let (step, lines) = (failure.step, failure.lines);
                return Err(Error::BuildFailsBefore { name: self.name.clone(), step, lines });
            }
            self.progress.begin(format!("{candidate}: reading the image"));
            images.push(self.bench.read(candidate, false)?);
        }
        let again = images.pop().expect("two were built");
        let image = images.pop().expect("two were built");
        let unsteady = Unsteady::of(&verify::compare(&image, &again));
        let mut answer = None;
        if let Some(smoke) = self.smoke.as_ref().filter(|_| self.bench.builder.loads) {
            for candidate in ORIGINAL {
                self.progress.begin(format!("{candidate}: smoke command"));
                let image = self.bench.image_name(candidate);
                let said = smoke.ask(&self.bench.builder, &image, self.limit)?;
                if !smoke.is_sound(&said) {
                    let (told, lines) = (said.told(), said.lines);
                    return Err(Error::SmokeFailsBefore { name: self.name.clone(), told, lines });
                }
                answer.get_or_insert(said);
            }
        }
        self.bench.forget(ORIGINAL[1]);
        Ok(Original { image, answer, unsteady })
    }

    /// Builds what the passes write at a level, without those that are left out. `None` if it is not good enough.
    fn attempt(
        &mut self,
        level: Safety,
        left_out: &[&'static str],
        original: &Original,
    ) -> Result<Option<Kept>, Error> {
        let mut settings = self.settings.clone();
        settings.level = level;
        settings.ignore.extend(left_out.iter().map(|pass| (*pass).to_owned()));
        let outcome = engine::fix(&self.text, &settings);
        if outcome.text == self.text || self.tried.contains_key(&outcome.text) {
            return Ok(None);
        }
        let called = match left_out {
            [] => level.name().to_owned(),
            passes => format!("{} without {}", level.name(), passes.join(", ")),
        };
        let candidate = self.candidate();
        let judged = self.judge(&candidate, &called, level, &outcome, original)?;
        self.tried.insert(outcome.text.clone(), judged.is_ok());
        match judged {
            Ok(image) => {
                let text = outcome.text.clone();
                Ok(Some(Kept { text, outcome: Some(outcome), called: vec![called], image }))
            }
            Err(why) => {
                self.bench.forget(&candidate);
                self.account.push(format!("{called}: {why}"));
                Ok(None)
            }
        }
    }

    /// The new image, or what speaks against it.
    fn judge(
        &mut self,
        candidate: &str,
        called: &str,
        level: Safety,
        outcome: &Outcome,
        original: &Original,
    ) -> Result<Result<Image, String>, Error> {
        let image = match self.built(candidate, called, &outcome.text, SHOWN_LINES)? {
            Ok(image) => image,
            Err(why) => return Ok(Err(why)),
        };
        if let Some(why) = self.refused(candidate, called, original)? {
            return Ok(Err(why));
        }
        let mut comparison = verify::compare(&original.image, &image);
        comparison.leave_out(&original.unsteady);
        let verdict = Verdict::of(&comparison, &Declared::by(outcome));
        let (before, after) = (original.image.size(), image.size());
        // What is only safe may be for the next build alone; what is bolder has to show for it.
        let is_worth_it = after < before || (level == Safety::Safe && after == before);
        Ok(if !verdict.is_good() {
            Err(format!("the image {}", report::differences(&comparison)))
        } else if !is_worth_it {
            Err(not_smaller(before, after))
        } else {
            Ok(image)
        })
    }

    /// Writes or shows what is kept, and tells what was tried.
    fn tell(
        &self,
        (kept, before): (Option<Kept>, u64),
        args: &FixArgs,
        output: &mut Output,
    ) -> Result<Status, Error> {
        let mut said: String = self.account.iter().map(|line| format!("tried {line}\n")).collect();
        let Some(kept) = kept else {
            said += &format!("{}: nothing that was tried is kept\n", self.name);
            if !args.files.edit.quiet {
                output.remark(&said);
            }
            return Ok(Status::Wanted);
        };
        if args.files.edit.write {
            files::replace(&self.path, &self.text, &kept.text)?;
        } else {
            let of_passes = kept.outcome.as_ref().filter(|outcome| outcome.text == kept.text);
            let change = Change {
                old: &self.text,
                new: &kept.text,
                edits: of_passes.map(|outcome| &outcome.edits),
            };
            let diff = report::diff(&self.name, change, &output.palette);
            output.print(&diff)?;
        }
        if !args.files.edit.quiet {
            if let Some(outcome) = &kept.outcome {
                said += &report::remarks(&self.name, outcome, &output.remark_palette);
            }
            let asked = match (&self.smoke, self.bench.builder.loads) {
                (Some(_), true) => ", built and passed the smoke command",
                (Some(_), false) => ", built, but not run: its images stay elsewhere",
                (None, _) => ", built",
            };
            let done = if args.files.edit.write { " written" } else { "; apply with --write" };
            let (before, after) = (bytes(before), bytes(kept.image.size()));
            said += &format!("kept {}{asked}: {before} -> {after}{done}\n", kept.called.join("; "));
            output.remark(&said);
        }
        Ok(Status::Done)
    }
}

/// What to leave out of the bold passes, turn by turn: nothing, each of them alone, and all but each of them.
fn orders(bold: &[&'static str]) -> Vec<Vec<&'static str>> {
    let mut turns = vec![Vec::new()];
    if bold.len() > 1 {
        turns.extend(bold.iter().map(|pass| vec![*pass]));
        if bold.len() > 2 {
            for kept in bold {
                turns.push(bold.iter().copied().filter(|pass| pass != kept).collect());
            }
        }
    }
    turns
}

fn not_smaller(before: u64, after: u64) -> String {
    format!("not smaller: {} -> {}", bytes(before), bytes(after))
}

/// The last lines of a program, `most` of them.
fn last(lines: &[String], most: usize) -> String {
    let lines = &lines[lines.len().saturating_sub(most)..];
    lines.iter().map(|line| format!("\n    {line}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_are_left_out_alone_and_then_all_but_one() {
        assert_eq!(orders(&["a"]), [Vec::<&str>::new()]);
        assert_eq!(orders(&["a", "b"]), [vec![], vec!["a"], vec!["b"]]);
        assert_eq!(
            orders(&["a", "b", "c"]),
            [
                vec![],
                vec!["a"],
                vec!["b"],
                vec!["c"],
                vec!["b", "c"],
                vec!["a", "c"],
                vec!["a", "b"]
            ]
        );
    }
}
