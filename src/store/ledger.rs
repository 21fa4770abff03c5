//! Settled calls of providers: each is stored before its answer is used, so nothing is asked or paid for twice.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use crate::model::report::Spend;
use crate::store::{Store, StoreError, timestamp};

/// A settled call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The question's key: a hash of its content.
    pub key: String,
    /// The provider as configured.
    pub provider: String,
    /// The model.
    pub model: String,
    /// What for: `translate`, `analyze`, `embed`.
    pub task: String,
    /// How it came out, as the caller serialises it; `None` where asking again may bring something else.
    pub outcome: Option<String>,
    /// Requests that were sent for it.
    pub calls: u32,
    /// Tokens sent.
    pub input_tokens: u64,
    /// Tokens received.
    pub output_tokens: u64,
    /// The price in millionths of the budget's currency.
    pub micros: u64,
    /// When.
    pub at: Timestamp,
}

/// A stored answer with its maker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The provider that gave it.
    pub provider: String,
    /// The model that gave it.
    pub model: String,
    /// How it came out, as the caller serialised it.
    pub outcome: String,
    /// When it was settled.
    pub at: Timestamp,
}

impl Store {
    /// The answers among `keys` that were given before.
    pub async fn answers(&self, keys: Vec<String>) -> Result<HashMap<String, Answer>, StoreError> {
        self.on(move |db| {
            let mut query =
                db.prepare_cached("SELECT provider, model, outcome, at FROM answers WHERE key = ?1")?;
            let mut found = HashMap::new();
            for key in keys {
                let mut rows = query.query([&key])?;
                if let Some(row) = rows.next()? {
                    let answer = Answer {
                        provider: row.get(0)?,
                        model: row.get(1)?,
                        outcome: row.get(2)?,
                        at: timestamp(row.get(3)?)?,
                    };
                    found.insert(key, answer);
                }
            }
            Ok(found)
        })
        .await
    }

    /// Stores a settled call: the answer under its key, the cost under its day.
    pub async fn settle_call(&self, call: Settled) -> Result<(), StoreError> {
        self.write(move |db| book(db, &call)).await
    }

    /// What was spent: on the day of `now`, or since the state began.
    pub async fn spent(&self, now: Option<Timestamp>) -> Result<Vec<Spend>, StoreError> {
        self.on(move |db| {
            let mut query = db.prepare_cached(
                "SELECT provider, task, SUM(calls), SUM(input), SUM(output), SUM(micros) FROM spend
                 WHERE ?1 IS NULL OR day = ?1 GROUP BY provider, task ORDER BY provider, task",
            )?;
            let rows = query.query_map([now.map(day)], |row| {
                Ok(Spend {
                    provider: row.get(0)?,
                    task: row.get(1)?,
                    calls: row.get(2)?,
                    input_tokens: row.get(3)?,
                    output_tokens: row.get(4)?,
                    micros: row.get(5)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }
}

/// Books a settled call: the answer under its key, the cost under its day.
pub(super) fn book(db: &Transaction<'_>, call: &Settled) -> Result<(), StoreError> {
    if let Some(outcome) = &call.outcome {
        db.prepare_cached(
            "INSERT OR REPLACE INTO answers (key, provider, model, at, outcome) VALUES (?1,?2,?3,?4,?5)",
        )?
        .execute(params![call.key, call.provider, call.model, call.at.as_second(), outcome])?;
    }
    db.prepare_cached(
        "INSERT INTO spend (day, provider, task, calls, input, output, micros) VALUES (?1,?2,?3,?7,?4,?5,?6)
         ON CONFLICT (day, provider, task) DO UPDATE SET calls = calls + excluded.calls, input = input + excluded.input,
         output = output + excluded.output, micros = micros + excluded.micros",
    )?
    .execute(params![
        day(call.at),
        call.provider,
        call.task,
        call.input_tokens,
        call.output_tokens,
        call.micros,
        call.calls
    ])?;
    Ok(())
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}
