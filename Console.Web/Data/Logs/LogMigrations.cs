using ConsoleWeb.Data.Logs.Facets;
using ConsoleWeb.Data.Logs.Rollups;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs;

/// <summary>The schema of the request log.</summary>
internal static class LogMigrations
{
    /// <summary>One element per version; a released one is never changed. <c>user_version</c> says how many have been applied.</summary>
    public static readonly string[] All =
    [
        """
        CREATE TABLE requests (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            request_id TEXT NOT NULL UNIQUE,
            started_at INTEGER NOT NULL,
            status INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            outcome_detail TEXT,
            error TEXT,
            method TEXT NOT NULL,
            path TEXT NOT NULL,
            route TEXT COLLATE NOCASE,
            service TEXT COLLATE NOCASE,
            consumer TEXT COLLATE NOCASE,
            agent TEXT COLLATE NOCASE,
            user_agent TEXT,
            session_id TEXT COLLATE NOCASE,
            provider TEXT COLLATE NOCASE,
            requested_model TEXT COLLATE NOCASE,
            model TEXT COLLATE NOCASE,
            is_llm INTEGER NOT NULL,
            is_stream INTEGER NOT NULL,
            input_tokens INTEGER NOT NULL,
            cache_read_tokens INTEGER NOT NULL,
            cache_write_tokens INTEGER NOT NULL,
            output_tokens INTEGER NOT NULL,
            reasoning_tokens INTEGER NOT NULL,
            usage_source TEXT,
            cost INTEGER,
            ttft_ms REAL,
            total_ms REAL,
            gateway_ms REAL
        );
        CREATE INDEX requests_started ON requests (started_at, status, outcome);
        CREATE INDEX requests_failed ON requests (seq) WHERE status >= 400 OR outcome <> 'ok';
        CREATE INDEX requests_session ON requests (session_id, seq) WHERE session_id IS NOT NULL;

        -- What one page shows of one request. Entities are shared by the requests that used them.
        CREATE TABLE details (
            seq INTEGER PRIMARY KEY,
            service INTEGER,
            route INTEGER,
            consumer INTEGER,
            record BLOB NOT NULL
        );
        CREATE TABLE payloads (
            seq INTEGER PRIMARY KEY,
            request BLOB,
            response BLOB
        );
        CREATE TABLE entities (
            id INTEGER PRIMARY KEY,
            hash BLOB NOT NULL UNIQUE,
            json BLOB NOT NULL,
            last_seq INTEGER NOT NULL
        );

        -- Everything stored before first_seq started before this minute: where a search by time may stop.
        CREATE TABLE minutes (
            minute INTEGER PRIMARY KEY,
            first_seq INTEGER NOT NULL
        );

        -- Stretches of time from which records are missing, and how many.
        CREATE TABLE gaps (
            id INTEGER PRIMARY KEY,
            from_at INTEGER NOT NULL,
            to_at INTEGER NOT NULL,
            dropped INTEGER NOT NULL,
            reason TEXT
        );
        """,
        """
        -- What many rows have in common. requests and last_row say where a search for a facet may begin and what it will cost.
        CREATE TABLE facets (
            id INTEGER PRIMARY KEY,
            status INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            method TEXT NOT NULL COLLATE NOCASE,
            is_llm INTEGER NOT NULL,
            is_stream INTEGER NOT NULL,
            usage_source TEXT,
            provider TEXT COLLATE NOCASE,
            model TEXT COLLATE NOCASE,
            requested_model TEXT COLLATE NOCASE,
            route TEXT COLLATE NOCASE,
            service TEXT COLLATE NOCASE,
            consumer TEXT COLLATE NOCASE,
            agent TEXT COLLATE NOCASE,
            requests INTEGER NOT NULL DEFAULT 0,
            last_row INTEGER NOT NULL DEFAULT 0
        );
        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE COLLATE NOCASE,
            agent TEXT COLLATE NOCASE,
            first_row INTEGER NOT NULL,
            last_row INTEGER NOT NULL DEFAULT 0,
            requests INTEGER NOT NULL DEFAULT 0,
            errors INTEGER NOT NULL DEFAULT 0,
            input_tokens INTEGER NOT NULL DEFAULT 0,
            cache_read_tokens INTEGER NOT NULL DEFAULT 0,
            cache_write_tokens INTEGER NOT NULL DEFAULT 0,
            output_tokens INTEGER NOT NULL DEFAULT 0,
            reasoning_tokens INTEGER NOT NULL DEFAULT 0,
            cost INTEGER NOT NULL DEFAULT 0,
            unpriced INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX sessions_last ON sessions (last_row);

        -- The sums of a facet's rows within a minute, an hour, a day; histograms are those of RollupCell.
        CREATE TABLE rollup_minutes (
            bucket INTEGER NOT NULL, facet INTEGER NOT NULL, requests INTEGER NOT NULL, input_tokens INTEGER NOT NULL, cache_read_tokens INTEGER NOT NULL,
            cache_write_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL, cost INTEGER NOT NULL,
            unpriced INTEGER NOT NULL, histograms BLOB NOT NULL, PRIMARY KEY (bucket, facet)
        ) WITHOUT ROWID;
        CREATE TABLE rollup_hours (
            bucket INTEGER NOT NULL, facet INTEGER NOT NULL, requests INTEGER NOT NULL, input_tokens INTEGER NOT NULL, cache_read_tokens INTEGER NOT NULL,
            cache_write_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL, cost INTEGER NOT NULL,
            unpriced INTEGER NOT NULL, histograms BLOB NOT NULL, PRIMARY KEY (bucket, facet)
        ) WITHOUT ROWID;
        CREATE TABLE rollup_days (
            bucket INTEGER NOT NULL, facet INTEGER NOT NULL, requests INTEGER NOT NULL, input_tokens INTEGER NOT NULL, cache_read_tokens INTEGER NOT NULL,
            cache_write_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL, cost INTEGER NOT NULL,
            unpriced INTEGER NOT NULL, histograms BLOB NOT NULL, PRIMARY KEY (bucket, facet)
        ) WITHOUT ROWID;

        -- The largest values among the rows whose number begins with zone.
        CREATE TABLE zones (
            zone INTEGER PRIMARY KEY, requests INTEGER NOT NULL, max_input_tokens REAL NOT NULL, max_cache_read_tokens REAL NOT NULL,
            max_cache_write_tokens REAL NOT NULL, max_output_tokens REAL NOT NULL, max_reasoning_tokens REAL NOT NULL, max_cost REAL NOT NULL,
            max_ttft_ms REAL NOT NULL, max_total_ms REAL NOT NULL, max_gateway_ms REAL NOT NULL, max_request_size REAL NOT NULL, max_response_size REAL NOT NULL
        );

        -- From here on a row's number is its start in Unix milliseconds and 20 bits that tell arrivals apart.
        CREATE TABLE numbers AS
            SELECT seq, (started_at << 20) | ((row_number() OVER (PARTITION BY started_at ORDER BY seq) - 1) & 1048575) AS id FROM requests;
        CREATE UNIQUE INDEX numbers_seq ON numbers (seq);
        INSERT INTO facets (status, outcome, method, is_llm, is_stream, usage_source, provider, model, requested_model, route, service, consumer, agent)
            SELECT DISTINCT status, outcome, method COLLATE BINARY, is_llm, is_stream, usage_source, provider COLLATE BINARY, model COLLATE BINARY,
                requested_model COLLATE BINARY, route COLLATE BINARY, service COLLATE BINARY, consumer COLLATE BINARY, agent COLLATE BINARY FROM requests;
        INSERT INTO sessions (key, first_row) SELECT session_id, 0 FROM requests WHERE session_id IS NOT NULL GROUP BY session_id COLLATE NOCASE;
        CREATE TABLE rows (
            id INTEGER PRIMARY KEY,
            request_id BLOB NOT NULL,
            facet INTEGER NOT NULL,
            session INTEGER,
            outcome_detail TEXT,
            error TEXT,
            path TEXT NOT NULL,
            user_agent TEXT,
            input_tokens INTEGER NOT NULL,
            cache_read_tokens INTEGER NOT NULL,
            cache_write_tokens INTEGER NOT NULL,
            output_tokens INTEGER NOT NULL,
            reasoning_tokens INTEGER NOT NULL,
            cost INTEGER,
            ttft_ms REAL,
            total_ms REAL,
            gateway_ms REAL,
            request_size INTEGER NOT NULL,
            response_size INTEGER NOT NULL
        );
        INSERT INTO rows
            SELECT n.id, CASE WHEN length(r.request_id) = 32 AND r.request_id NOT GLOB '*[^0-9a-f]*' THEN unhex(r.request_id) ELSE r.request_id END,
                (SELECT f.id FROM facets f WHERE f.status = r.status AND f.outcome = r.outcome AND f.method = r.method COLLATE BINARY AND f.is_llm = r.is_llm
                    AND f.is_stream = r.is_stream AND f.usage_source IS r.usage_source AND f.provider IS r.provider COLLATE BINARY AND f.model IS r.model COLLATE BINARY
                    AND f.requested_model IS r.requested_model COLLATE BINARY AND f.route IS r.route COLLATE BINARY AND f.service IS r.service COLLATE BINARY
                    AND f.consumer IS r.consumer COLLATE BINARY AND f.agent IS r.agent COLLATE BINARY),
                (SELECT s.id FROM sessions s WHERE s.key = r.session_id), r.outcome_detail, r.error, r.path, r.user_agent, r.input_tokens, r.cache_read_tokens,
                r.cache_write_tokens, r.output_tokens, r.reasoning_tokens, r.cost, r.ttft_ms, r.total_ms, r.gateway_ms, 0, 0
            FROM requests r JOIN numbers n ON n.seq = r.seq;
        CREATE TABLE new_details (id INTEGER PRIMARY KEY, service INTEGER, route INTEGER, consumer INTEGER, record BLOB NOT NULL);
        INSERT INTO new_details SELECT n.id, d.service, d.route, d.consumer, d.record FROM details d JOIN numbers n ON n.seq = d.seq;
        CREATE TABLE new_payloads (id INTEGER PRIMARY KEY, request BLOB, response BLOB);
        INSERT INTO new_payloads SELECT n.id, p.request, p.response FROM payloads p JOIN numbers n ON n.seq = p.seq;
        UPDATE entities SET last_seq = coalesce((SELECT max(id) FROM numbers WHERE seq <= last_seq), 0);
        ALTER TABLE entities RENAME COLUMN last_seq TO last_row;
        DROP TABLE requests;
        DROP TABLE details;
        DROP TABLE payloads;
        DROP TABLE minutes;
        DROP TABLE numbers;
        ALTER TABLE rows RENAME TO requests;
        ALTER TABLE new_details RENAME TO details;
        ALTER TABLE new_payloads RENAME TO payloads;
        CREATE INDEX requests_facet ON requests (facet);
        CREATE INDEX requests_session ON requests (session) WHERE session IS NOT NULL;
        """,
        """
        -- A body is a list of parts, and a part is stored once. Bodies of older versions stay in payloads.
        CREATE TABLE bodies (
            id INTEGER PRIMARY KEY,
            request BLOB,
            response BLOB
        );
        CREATE TABLE blocks (
            id INTEGER PRIMARY KEY,
            hash BLOB NOT NULL UNIQUE,
            first_row INTEGER NOT NULL,
            keep_until INTEGER NOT NULL,
            data BLOB NOT NULL
        );
        CREATE INDEX blocks_keep ON blocks (keep_until);
        CREATE VIRTUAL TABLE block_text USING fts5 (text, content = '', contentless_delete = 1, detail = full, tokenize = "unicode61 tokenchars '_'");
        CREATE INDEX requests_error ON requests (id) WHERE error IS NOT NULL;
        """,
        """
        -- Calls that run. What a process leaves here when it dies becomes records of the next one.
        CREATE TABLE inflight (
            request_id BLOB PRIMARY KEY,
            process INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            service INTEGER,
            route INTEGER,
            consumer INTEGER,
            call TEXT NOT NULL
        ) WITHOUT ROWID;
        """,
        """
        -- Facets of which only some columns count, those of FacetCut. Sums are kept for them as well, under the number of their cut.
        CREATE TABLE cut_facets (
            id INTEGER PRIMARY KEY,
            cut INTEGER NOT NULL,
            status INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            method TEXT NOT NULL COLLATE NOCASE,
            is_llm INTEGER NOT NULL,
            is_stream INTEGER NOT NULL,
            usage_source TEXT,
            provider TEXT COLLATE NOCASE,
            model TEXT COLLATE NOCASE,
            requested_model TEXT COLLATE NOCASE,
            route TEXT COLLATE NOCASE,
            service TEXT COLLATE NOCASE,
            consumer TEXT COLLATE NOCASE,
            agent TEXT COLLATE NOCASE
        );
        CREATE TABLE new_rollup_minutes (
            cut INTEGER NOT NULL, bucket INTEGER NOT NULL, facet INTEGER NOT NULL, requests INTEGER NOT NULL, input_tokens INTEGER NOT NULL,
            cache_read_tokens INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL,
            cost INTEGER NOT NULL, unpriced INTEGER NOT NULL, histograms BLOB NOT NULL, PRIMARY KEY (cut, bucket, facet)
        ) WITHOUT ROWID;
        INSERT INTO new_rollup_minutes SELECT 0, * FROM rollup_minutes;
        DROP TABLE rollup_minutes;
        ALTER TABLE new_rollup_minutes RENAME TO rollup_minutes;
        CREATE TABLE new_rollup_hours (
            cut INTEGER NOT NULL, bucket INTEGER NOT NULL, facet INTEGER NOT NULL, requests INTEGER NOT NULL, input_tokens INTEGER NOT NULL,
            cache_read_tokens INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL,
            cost INTEGER NOT NULL, unpriced INTEGER NOT NULL, histograms BLOB NOT NULL, PRIMARY KEY (cut, bucket, facet)
        ) WITHOUT ROWID;
        INSERT INTO new_rollup_hours SELECT 0, * FROM rollup_hours;
        DROP TABLE rollup_hours;
        ALTER TABLE new_rollup_hours RENAME TO rollup_hours;
        CREATE TABLE new_rollup_days (
            cut INTEGER NOT NULL, bucket INTEGER NOT NULL, facet INTEGER NOT NULL, requests INTEGER NOT NULL, input_tokens INTEGER NOT NULL,
            cache_read_tokens INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL,
            cost INTEGER NOT NULL, unpriced INTEGER NOT NULL, histograms BLOB NOT NULL, PRIMARY KEY (cut, bucket, facet)
        ) WITHOUT ROWID;
        INSERT INTO new_rollup_days SELECT 0, * FROM rollup_days;
        DROP TABLE rollup_days;
        ALTER TABLE new_rollup_days RENAME TO rollup_days;
        CREATE TABLE rollup_quarters (
            cut INTEGER NOT NULL, bucket INTEGER NOT NULL, facet INTEGER NOT NULL, requests INTEGER NOT NULL, input_tokens INTEGER NOT NULL,
            cache_read_tokens INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL,
            cost INTEGER NOT NULL, unpriced INTEGER NOT NULL, histograms BLOB NOT NULL, PRIMARY KEY (cut, bucket, facet)
        ) WITHOUT ROWID;
        """,
        """
        -- Which request a row repeats; and bodies as clients sent them, where another format went upstream.
        ALTER TABLE requests ADD COLUMN replay_of BLOB;
        CREATE INDEX requests_replay ON requests (replay_of) WHERE replay_of IS NOT NULL;
        ALTER TABLE bodies ADD COLUMN client BLOB;
        """,
        """
        -- What sessions say about themselves. text_row is the first row whose body gave title, text_directory and branch: they go when it goes.
        -- turns is empty until somebody has looked at the rows of an older version; so is the kind of such a row (CallKind).
        ALTER TABLE sessions ADD COLUMN turns INTEGER;
        ALTER TABLE sessions ADD COLUMN ended_at INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE sessions ADD COLUMN client TEXT;
        ALTER TABLE sessions ADD COLUMN version TEXT;
        ALTER TABLE sessions ADD COLUMN model TEXT;
        ALTER TABLE sessions ADD COLUMN directory TEXT;
        ALTER TABLE sessions ADD COLUMN title TEXT;
        ALTER TABLE sessions ADD COLUMN text_directory TEXT;
        ALTER TABLE sessions ADD COLUMN branch TEXT;
        ALTER TABLE sessions ADD COLUMN text_row INTEGER;
        CREATE INDEX sessions_first ON sessions (first_row);
        CREATE INDEX sessions_text ON sessions (text_row) WHERE text_row IS NOT NULL;
        CREATE INDEX sessions_unread ON sessions (id) WHERE turns IS NULL;
        ALTER TABLE requests ADD COLUMN kind INTEGER;
        -- The tools that an answer calls, a name a line.
        ALTER TABLE bodies ADD COLUMN tools TEXT;
        CREATE TABLE session_facets (session INTEGER NOT NULL, facet INTEGER NOT NULL, PRIMARY KEY (session, facet)) WITHOUT ROWID;
        CREATE INDEX session_facets_facet ON session_facets (facet);
        INSERT INTO session_facets SELECT DISTINCT session, facet FROM requests WHERE session IS NOT NULL;
        -- A refused upgrade to WebSocket is no error of a session.
        UPDATE sessions SET errors = max(0, errors - (SELECT count(*) FROM requests r JOIN facets f ON f.id = r.facet WHERE r.session = sessions.id AND f.status = 426 AND f.method = 'GET'))
            WHERE id IN (SELECT r.session FROM requests r WHERE r.facet IN (SELECT id FROM facets WHERE status = 426 AND method = 'GET'));
        """,
        """
        -- Many cells in one row (RollupPack); the number of a row is its cut, its bucket and 12 bits that tell rows of a bucket apart.
        ALTER TABLE rollup_minutes RENAME TO unpacked_rollup_minutes;
        ALTER TABLE rollup_hours RENAME TO unpacked_rollup_hours;
        ALTER TABLE rollup_quarters RENAME TO unpacked_rollup_quarters;
        ALTER TABLE rollup_days RENAME TO unpacked_rollup_days;
        CREATE TABLE rollup_minutes (id INTEGER PRIMARY KEY, requests INTEGER NOT NULL, cells BLOB NOT NULL);
        CREATE TABLE rollup_hours (id INTEGER PRIMARY KEY, requests INTEGER NOT NULL, cells BLOB NOT NULL);
        CREATE TABLE rollup_quarters (id INTEGER PRIMARY KEY, requests INTEGER NOT NULL, cells BLOB NOT NULL);
        CREATE TABLE rollup_days (id INTEGER PRIMARY KEY, requests INTEGER NOT NULL, cells BLOB NOT NULL);
        """,
        """
        -- Which paths, clients and messages there are and in which zones (ZoneTextWriter), so that a search for rare ones reads those zones only.
        -- A text below zero stands for all of a field that there is no room for. texts is 0 in zones of an older version, which may hold any.
        CREATE TABLE texts (id INTEGER PRIMARY KEY, field INTEGER NOT NULL, value TEXT NOT NULL, last_zone INTEGER NOT NULL, UNIQUE (field, value));
        CREATE TABLE zone_texts (text INTEGER NOT NULL, zone INTEGER NOT NULL, PRIMARY KEY (text, zone)) WITHOUT ROWID;
        ALTER TABLE zones ADD COLUMN texts INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX zones_unread ON zones (zone) WHERE texts = 0;
        """,
        """
        -- Which parts came when (PartMarks). The numbers of older parts are never below that of the row that brought them.
        CREATE TABLE part_marks (part INTEGER PRIMARY KEY, row INTEGER NOT NULL);
        INSERT INTO part_marks (part, row) SELECT id, id FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM blocks) WHERE place % 256 = 0;
        CREATE INDEX part_marks_row ON part_marks (row);
        ALTER TABLE zones ADD COLUMN min_output_tokens REAL;
        ALTER TABLE zones ADD COLUMN min_ttft_ms REAL;
        ALTER TABLE zones ADD COLUMN min_total_ms REAL;
        -- What lists of sessions are filtered by, so that only those that are shown are read.
        DROP INDEX sessions_first;
        CREATE INDEX sessions_first ON sessions (first_row, last_row, errors, cost, output_tokens, input_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens);
        """,
        """
        -- Sums of two fields at once are kept as well (FacetCut). Of the coarser grains a bucket is made when its time is over; bucket is the first
        -- that is not made yet. Those of older versions have been counted as rows came, and so are rows that come late.
        CREATE TABLE rollups_made (level TEXT PRIMARY KEY, bucket INTEGER NOT NULL) WITHOUT ROWID;

        """,
    ];

    /// <summary>The version whose rows have no sums yet.</summary>
    private const int WithoutSums = 1;

    /// <summary>The first version with many cells in one row.</summary>
    private const int WithPacks = 8;

    /// <summary>The first version with sums of cuts and quarter days.</summary>
    private const int WithCuts = 5;

    /// <summary>The first version with cuts of two fields, and with coarser grains that are made when they are over.</summary>
    private const int WithPairs = 11;

    /// <summary>Brings the file to the newest version, or leaves it as it is.</summary>
    /// <exception cref="InvalidOperationException">It is newer than this program.</exception>
    public static void Apply(SqliteConnection connection)
    {
        var version = LogDatabase.Number(connection, "PRAGMA user_version");
        if (version > All.Length)
        {
            throw new InvalidOperationException($"The request log was written by a newer version (schema {version}).");
        }

        if (version == All.Length)
        {
            return;
        }

        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = FormattableString.Invariant($"{string.Concat(All.Skip((int)version))} PRAGMA user_version = {All.Length};");
        command.ExecuteNonQuery();
        if (version < WithPacks)
        {
            RollupRepack.Run(connection, transaction);
        }

        if (version == WithoutSums)
        {
            LogSums.Rebuild(connection, transaction);
        }
        else if (version is > WithoutSums and < WithPairs)
        {
            LogSums.Fill(connection, transaction, version < WithCuts ? 1 : FacetCut.First);
            foreach (var level in RollupLevel.All.Where(l => l.Source is not null))
            {
                LogDatabase.Execute(connection, FormattableString.Invariant(
                    $"INSERT INTO rollups_made SELECT '{level.Table}', 1 + ((max(id) & {RollupPack.IdOf(1, 0) - 1}) / {RollupPack.IdOf(0, 1)}) FROM {level.Table} WHERE id < {RollupPack.IdOf(1, 0)} HAVING max(id) IS NOT NULL"));
            }

            using var rollups = new RollupWriter(connection);
            rollups.Make(RowIds.Milliseconds(LogDatabase.Number(connection, "SELECT max(id) FROM requests")));
        }

        transaction.Commit();
    }
}
