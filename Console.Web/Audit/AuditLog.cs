using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ConsoleWeb.Data;
using ConsoleWeb.Data.Entities;
using ConsoleWeb.Features.Entities;
using Microsoft.EntityFrameworkCore;

namespace ConsoleWeb.Audit;

/// <summary>Writes and lists what was done, by whom. Needs the store only, so the command line uses it too.</summary>
internal sealed class AuditLog(IDbContextFactory<ConsoleDbContext> contexts, AuditFiles files, TimeProvider time)
{
    /// <summary>Events that may wait in memory. When full, the newest is dropped and counted.</summary>
    internal const int Capacity = 10_000;

    private const int MaxTarget = 300;

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Channel<AuditEvent> _posted = Channel.CreateBounded<AuditEvent>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly Signal _written = new();
    private long _lost;

    internal ChannelReader<AuditEvent> Posted => _posted.Reader;

    /// <summary>Notes something that must not wait for the store. It is written soon, by <see cref="AuditWriter"/>.</summary>
    public void Post(AuditEvent what)
    {
        if (!_posted.Writer.TryWrite(what with { At = what.At ?? time.GetUtcNow() }))
        {
            Interlocked.Increment(ref _lost);
        }
    }

    /// <summary>Tells about each write of this process.</summary>
    public IDisposable OnWritten(Action callback) => _written.Subscribe(callback);

    /// <summary>Writes something; it is stored when this returns.</summary>
    public async Task WriteAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var head = await AppendAsync(context, events, cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Committed(head);
    }

    public Task WriteAsync(AuditEvent what, CancellationToken cancellationToken) => WriteAsync([what], cancellationToken);

    /// <summary>Writes something that happens all the same: while the store is in trouble it waits in memory until it can be written.</summary>
    public async Task WriteOrPostAsync(AuditEvent what, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(what, cancellationToken);
        }
        catch (Exception exception) when (StoreFault.Find(exception) is not null)
        {
            Post(what);
        }
    }

    /// <summary>
    /// Adds entries to what the caller is about to save. Its transaction must have begun already: it holds the write lock, so that no
    /// other process adds one between the look at the last entry and the new ones.
    /// </summary>
    /// <returns>For <see cref="Committed"/>.</returns>
    public async Task<AuditHead> AppendAsync(ConsoleDbContext context, IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        var last = await context.Audit.OrderByDescending(e => e.Sequence).Select(e => new { e.Sequence, e.Hash }).FirstOrDefaultAsync(cancellationToken);
        var head = last is null ? new AuditHead(0, AuditChain.Start) : new AuditHead(last.Sequence, last.Hash);
        var now = time.GetUtcNow();
        foreach (var what in events)
        {
            var entry = new AuditEntry
            {
                Sequence = head.Sequence + 1,
                At = what.At ?? now,
                Action = what.Action,
                Actor = what.Actor.Name,
                Source = what.Actor.Source,
                Address = what.Actor.Address,
                TokenId = what.Actor.TokenId,
                Target = what.Target is { Length: > MaxTarget } target ? target[..MaxTarget] : what.Target,
                Outcome = what.IsRefused ? AuditOutcomes.Refused : AuditOutcomes.Ok,
                Details = what.Details is null ? null : Write(what.Details),
            };
            entry.Hash = AuditChain.Hash(files.Key, head.Hash, entry);
            context.Audit.Add(entry);
            head = new AuditHead(entry.Sequence, entry.Hash);
        }

        return head;
    }

    /// <summary>Called once the transaction is committed.</summary>
    public void Committed(AuditHead head)
    {
        try
        {
            files.WriteHead(head);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What is stored is stored; a head that lags behind is still one of the entries.
        }

        _written.Raise();
    }

    /// <param name="before">Entries older than this one; null: from the newest.</param>
    /// <returns>Newest first.</returns>
    public async Task<IReadOnlyList<AuditRow>> ListAsync(AuditFilter filter, long? before, int size, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var entries = context.Audit.AsNoTracking();
        if (before is { } sequence)
        {
            entries = entries.Where(e => e.Sequence < sequence);
        }

        if (filter.Text is { Length: > 0 } text)
        {
            var pattern = LikePattern.Containing(text);
            entries = entries.Where(e => EF.Functions.Like(e.Action, pattern, LikePattern.Escape) || EF.Functions.Like(e.Actor, pattern, LikePattern.Escape) || EF.Functions.Like(e.Target!, pattern, LikePattern.Escape));
        }

        if (filter.Action is { } action)
        {
            entries = entries.Where(e => e.Action == action);
        }

        if (filter.Actor is { } actor)
        {
            entries = entries.Where(e => e.Actor == actor);
        }

        if (filter.Outcome is { } outcome)
        {
            entries = entries.Where(e => e.Outcome == outcome);
        }

        return await entries.OrderByDescending(e => e.Sequence).Take(size)
            .Select(e => new AuditRow(e.Sequence, e.At, e.Action, e.Actor, e.Source, e.Address, e.TokenId, e.Target, e.Outcome, e.Details, e.Hash))
            .ToListAsync(cancellationToken);
    }

    /// <summary>How many posted events were dropped since the last call.</summary>
    internal long TakeLost() => Interlocked.Exchange(ref _lost, 0);

    internal void AddLost(long count) => Interlocked.Add(ref _lost, count);

    internal static string Write(JsonObject details) => details.ToJsonString(Relaxed);

    internal static JsonObject Count(long count) => new() { ["count"] = count };
}

/// <summary>An entry as lists show it; the parts as in the table.</summary>
public sealed record AuditRow(
    long Sequence,
    DateTimeOffset At,
    string Action,
    string Actor,
    string Source,
    string? Address,
    Guid? TokenId,
    string? Target,
    string Outcome,
    string? Details,
    byte[] Hash);

/// <summary>Which entries are meant; null: no condition.</summary>
/// <param name="Text">Part of the action, of the actor's name or of the target.</param>
internal sealed record AuditFilter(string? Action = null, string? Actor = null, string? Outcome = null, string? Text = null);
