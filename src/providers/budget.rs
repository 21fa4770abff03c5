//! Limits and what is spent go in, leave or refusal for the next call comes out. Counted before the call, with an upper
//! estimate; corrected when the call is settled.

use crate::providers::question::{Question, Settled};
use crate::providers::settings::Settings;

/// A ceiling; `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// Questions asked.
    pub calls: Option<u64>,
    /// Tokens in both directions.
    pub tokens: Option<u64>,
    /// Millionths of the currency.
    pub micros: Option<u64>,
}

/// What is spent, or reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spent {
    /// Questions asked.
    pub calls: u64,
    /// Tokens in both directions.
    pub tokens: u64,
    /// Millionths of the currency.
    pub micros: u64,
}

impl Spent {
    fn plus(self, other: Self) -> Self {
        Self {
            calls: self.calls.saturating_add(other.calls),
            tokens: self.tokens.saturating_add(other.tokens),
            micros: self.micros.saturating_add(other.micros),
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            calls: self.calls.saturating_sub(other.calls),
            tokens: self.tokens.saturating_sub(other.tokens),
            micros: self.micros.saturating_sub(other.micros),
        }
    }
}

/// Why a question may not be asked now: it waits, it has not failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the budget per {period} ({limit} {unit}) is used up: {spent} are spent, this call may take {wanted}"
)]
pub struct OverBudget {
    /// `run` or `day`.
    pub period: &'static str,
    /// `calls`, `tokens` or `micros`.
    pub unit: &'static str,
    /// The ceiling.
    pub limit: u64,
    /// Spent and reserved so far.
    pub spent: u64,
    /// The upper estimate of this call.
    pub wanted: u64,
}

/// What is set aside for one question. Not `Clone`: it is given back to [`Budget::settle`] or [`Budget::release`] once.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a reservation holds money until it is settled or released"]
pub struct Reservation(Spent);

/// The purse of one run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Budget {
    per_run: Limits,
    per_day: Limits,
    before_today: Spent,
    spent: Spent,
    reserved: Spent,
}

impl Budget {
    /// A purse for a run; `today` is what earlier runs of the same day have spent.
    pub fn new(per_run: Limits, per_day: Limits, today: Spent) -> Self {
        Self { per_run, per_day, before_today: today, ..Self::default() }
    }

    /// Sets aside the most that `question` can cost at this provider, or tells which ceiling it would break.
    pub fn reserve(&mut self, question: &Question, settings: &Settings) -> Result<Reservation, OverBudget> {
        let schema = question.schema.as_ref().map_or(0, |schema| schema.to_string().len());
        let (input, output, micros) =
            settings.upper(&question.system, &question.user, schema, question.max_output);
        let wanted = Spent { calls: 1, tokens: input.saturating_add(output), micros };
        let run = self.spent.plus(self.reserved);
        fits("run", self.per_run, run, wanted)?;
        fits("day", self.per_day, self.before_today.plus(run), wanted)?;
        self.reserved = self.reserved.plus(wanted);
        Ok(Reservation(wanted))
    }

    /// Books what the call really took in place of its reservation.
    #[expect(clippy::needless_pass_by_value, reason = "a reservation is given back once")]
    pub fn settle(&mut self, reservation: Reservation, settled: &Settled) {
        self.reserved = self.reserved.minus(reservation.0);
        self.spent = self.spent.plus(Spent {
            calls: u64::from(settled.calls > 0),
            tokens: settled.input_tokens.saturating_add(settled.output_tokens),
            micros: settled.micros,
        });
    }

    /// Gives a reservation back for a call that was not made.
    #[expect(clippy::needless_pass_by_value, reason = "a reservation is given back once")]
    pub fn release(&mut self, reservation: Reservation) {
        self.reserved = self.reserved.minus(reservation.0);
    }

    /// Spent in this run.
    pub fn spent(&self) -> Spent {
        self.spent
    }
}

fn fits(period: &'static str, limits: Limits, spent: Spent, wanted: Spent) -> Result<(), OverBudget> {
    for (unit, limit, spent, wanted) in [
        ("calls", limits.calls, spent.calls, wanted.calls),
        ("tokens", limits.tokens, spent.tokens, wanted.tokens),
        ("micros", limits.micros, spent.micros, wanted.micros),
    ] {
        if let Some(limit) = limit
            && spent.saturating_add(wanted) > limit
        {
            return Err(OverBudget { period, unit, limit, spent, wanted });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::question::Task;
    use crate::providers::settings::{Price, Protocol};

    fn question() -> Question {
        Question::new(Task::Analyze, 1, "be brief".into(), "{}".into(), None, 100, 1)
    }

    fn settings() -> Settings {
        let mut settings = Settings::new("x", Protocol::OpenAi, "m", "http://localhost/v1/".parse().unwrap());
        settings.price = Price { input: 1_000_000, output: 1_000_000 };
        settings
    }

    fn settled(tokens: u64) -> Settled {
        Settled {
            key: String::new(),
            task: Task::Analyze,
            provider: "x".into(),
            model: "m".into(),
            outcome: Ok(String::new()),
            calls: 1,
            input_tokens: tokens,
            output_tokens: 0,
            micros: tokens,
        }
    }

    #[test]
    fn money_is_counted_before_the_call_and_corrected_after() {
        let per_run = Limits { micros: Some(300), ..Limits::default() };
        let mut budget = Budget::new(per_run, Limits::default(), Spent::default());
        let first = budget.reserve(&question(), &settings()).unwrap();
        // The second does not fit while the first may still cost its upper estimate …
        let refusal = budget.reserve(&question(), &settings()).unwrap_err();
        assert_eq!((refusal.period, refusal.unit, refusal.limit), ("run", "micros", 300));
        budget.settle(first, &settled(20));
        assert_eq!(budget.spent(), Spent { calls: 1, tokens: 20, micros: 20 });
        // … and does once it turned out to be cheap.
        let second = budget.reserve(&question(), &settings()).unwrap();
        budget.release(second);
        assert_eq!(budget.spent().calls, 1);
    }

    #[test]
    fn a_day_counts_what_earlier_runs_spent() {
        let per_day = Limits { calls: Some(3), ..Limits::default() };
        let today = Spent { calls: 2, ..Spent::default() };
        let mut budget = Budget::new(Limits::default(), per_day, today);
        let only = budget.reserve(&question(), &settings()).unwrap();
        assert_eq!(budget.reserve(&question(), &settings()).unwrap_err().period, "day");
        budget.settle(only, &settled(1));
        assert!(budget.reserve(&question(), &settings()).is_err());
    }
}
