using ConsoleWeb.Features.Sessions;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Sessions;

/// <summary>
/// Writes down what the requests of a session say about it, while their bodies are at hand: turns, client, model, directory, and, where
/// bodies are logged, title and branch. Used by one thread, inside its transactions.
/// </summary>
internal sealed class SessionSigns : IDisposable
{
    private const int MostKnown = 2000;

    /// <summary>The words of the person are in one of the first turns, or nowhere.</summary>
    private const int MostLooks = 8;

    private readonly LogStatement _find;
    private readonly LogStatement _findModel;
    private readonly LogStatement _add;
    private readonly LogStatement _keep;
    private readonly Dictionary<long, Known> _known = [];
    private readonly HashSet<Known> _changed = [];

    public SessionSigns(SqliteConnection connection)
    {
        _find = new(connection, "SELECT title IS NOT NULL AND branch IS NOT NULL AND coalesce(directory, text_directory) IS NOT NULL FROM sessions WHERE id = @a", 1);
        _findModel = new(connection, "SELECT f.requested_model FROM requests r JOIN facets f ON f.id = r.facet WHERE r.session = @a AND r.kind = 0 ORDER BY r.id DESC LIMIT 1", 1);
        _add = new(
            connection,
            """
            UPDATE sessions SET turns = turns + @b, ended_at = max(ended_at, @c), client = coalesce(@d, client), version = coalesce(@e, version),
                model = coalesce(@f, model), directory = coalesce(directory, @g)
            WHERE id = @a
            """,
            7);
        _keep = new(
            connection,
            """
            UPDATE sessions SET title = coalesce(title, @b), text_directory = coalesce(text_directory, @c), branch = coalesce(branch, @d),
                text_row = min(coalesce(text_row, @e), @e)
            WHERE id = @a
            """,
            5);
    }

    /// <summary>Takes in what a request says in its headers.</summary>
    /// <param name="request">The body as it is logged; null where it is not.</param>
    /// <returns>Its part in the session.</returns>
    public CallKind Add(long session, RequestRow row, CallHeaders headers, string? request)
    {
        var known = Find(session);
        var signs = CallSigns.Read(row, headers, request, () => known.MainModel ??= FindModel(session));
        known.Add(row with { Kind = signs.Kind }, signs.Directory);
        _changed.Add(known);
        return signs.Kind;
    }

    /// <summary>Takes in what the logged body of a turn says.</summary>
    /// <param name="id">The number of its row: what was read here goes when the row goes.</param>
    public void Read(long session, long id, string request)
    {
        var known = Find(session);
        if (known.IsComplete || known.Looks >= MostLooks)
        {
            return;
        }

        known.Looks++;
        var texts = CallTexts.Read(request);
        if ((texts.Title ?? texts.Directory ?? texts.Branch) is not null)
        {
            _keep.Run(session, texts.Title, texts.Directory, texts.Branch, id);
            known.IsComplete = IsComplete(session);
        }
    }

    /// <summary>Writes down what was taken in since the last call.</summary>
    public void Flush()
    {
        foreach (var known in _changed)
        {
            var (client, version) = CallTexts.ClientOf(known.UserAgent);
            _add.Run(known.Session, known.Turns, known.EndedAt, client, version, known.Model, known.Directory);
            known.Turns = 0;
        }

        _changed.Clear();
        if (_known.Count >= MostKnown)
        {
            _known.Clear();
        }
    }

    /// <summary>Forgets what is in memory, after a transaction was rolled back or rows were removed.</summary>
    public void Reset()
    {
        _known.Clear();
        _changed.Clear();
    }

    public void Dispose()
    {
        _find.Dispose();
        _findModel.Dispose();
        _add.Dispose();
        _keep.Dispose();
    }

    private Known Find(long session)
    {
        if (!_known.TryGetValue(session, out var known))
        {
            known = new Known(session) { IsComplete = IsComplete(session) };
            _known.Add(session, known);
        }

        return known;
    }

    private bool IsComplete(long session) => _find.Read(session) == 1;

    private string? FindModel(long session)
    {
        string? model = null;
        _findModel.TryRead(row => model = row.Text(0), session);
        return model;
    }

    private sealed class Known(long session)
    {
        public long Session => session;

        /// <summary>Whether bodies have nothing more to tell.</summary>
        public bool IsComplete { get; set; }

        /// <summary>Bodies that were read in vain, or in part.</summary>
        public int Looks { get; set; }

        /// <summary>Turns that are not yet written down.</summary>
        public long Turns { get; set; }

        public long EndedAt { get; private set; }

        public string? UserAgent { get; private set; }

        /// <summary>The model that answered the last turn.</summary>
        public string? Model { get; private set; }

        public string? Directory { get; private set; }

        /// <summary>The model that the last turn asked for; null where that is not known.</summary>
        public string? MainModel { get; set; }

        public void Add(RequestRow row, string? directory)
        {
            EndedAt = Math.Max(EndedAt, row.StartedAt.ToUnixTimeMilliseconds() + (long)(row.TotalMs ?? 0));
            (UserAgent, Directory) = (row.UserAgent ?? UserAgent, Directory ?? directory);
            if (row.Kind == CallKind.Main)
            {
                (Model, MainModel) = (row.Model ?? Model, row.RequestedModel ?? MainModel);
            }

            if (row.IsTurn)
            {
                Turns++;
            }
        }
    }
}
