using System.Collections.Concurrent;
using ConsoleWeb.Audit;
using ConsoleWeb.Data;
using ConsoleWeb.Features.Entities;
using Microsoft.EntityFrameworkCore;

namespace ConsoleWeb.Auth;

/// <summary>Remembers when and from where each token was last used, and writes it in batches, off the way of the calls.</summary>
internal sealed partial class TokenUse(IDbContextFactory<ConsoleDbContext> contexts, AuditLog audit, TimeProvider time, ILogger<TokenUse> logger) : BackgroundService
{
    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(10);

    /// <summary>One token is written at most this often, however busy it is.</summary>
    private static readonly TimeSpan WriteInterval = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<Guid, (DateTimeOffset At, string Source)> _pending = [];
    private readonly Dictionary<Guid, DateTimeOffset> _written = [];

    /// <summary>Notes a use. Never waits.</summary>
    public void Record(Guid tokenId, string source) => _pending[tokenId] = (time.GetUtcNow(), source);

    /// <summary>Writes what is due. Only one caller at a time.</summary>
    /// <param name="all">Also what was written less than five minutes ago.</param>
    internal async Task FlushAsync(bool all, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = _pending.Where(p => all || !_written.TryGetValue(p.Key, out var at) || now - at >= WriteInterval).ToList();
        if (due.Count == 0)
        {
            return;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        Guid[] ids = [.. due.Select(d => d.Key)];
        var unused = await context.AccessTokens.Where(t => ids.Contains(t.Id) && t.LastUsedAt == null).ToDictionaryAsync(t => t.Id, t => t.Name, cancellationToken);
        var firsts = due.Where(d => unused.ContainsKey(d.Key)).Select(d => new AuditEvent(
            AuditActions.TokenFirstUse, Actor.Named(unused[d.Key], "admin-api") with { TokenId = d.Key, Address = d.Value.Source }, unused[d.Key])
        {
            At = d.Value.At,
        }).ToList();
        var head = firsts.Count == 0 ? null : await audit.AppendAsync(context, firsts, cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        foreach (var (id, (at, source)) in due)
        {
            await context.AccessTokens.Where(t => t.Id == id).ExecuteUpdateAsync(
                s => s.SetProperty(t => t.LastUsedAt, at).SetProperty(t => t.LastUsedFrom, source), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        if (head is not null)
        {
            audit.Committed(head);
        }

        foreach (var pair in due)
        {
            _written[pair.Key] = now;
            // A use that came meanwhile stays for the next time.
            _pending.TryRemove(pair);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(FlushInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryFlushAsync(all: false);
            }
        }
        catch (OperationCanceledException)
        {
            await TryFlushAsync(all: true);
        }
    }

    private async Task TryFlushAsync(bool all)
    {
        try
        {
            await FlushAsync(all, CancellationToken.None);
        }
        catch (Exception exception) when (exception is DbUpdateException or System.Data.Common.DbException)
        {
            LogNotWritten(logger, exception);
        }
    }

    [LoggerMessage(EventId = 5101, Level = LogLevel.Warning, Message = "When tokens were last used could not be written; it is tried again")]
    private static partial void LogNotWritten(ILogger logger, Exception exception);
}
