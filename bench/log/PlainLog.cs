using System.Diagnostics;
using Gateway.Shared.Logging;
using Microsoft.EntityFrameworkCore;

namespace Gateway.LogBench;

/// <summary>A request log as EF Core makes it: one table of 26 columns, two of them excerpts of 200 characters, with three indexes.</summary>
internal sealed class PlainLog(string path) : DbContext
{
    private static readonly string Excerpt = new('x', 200);

    public DbSet<PlainRow> Rows => Set<PlainRow>();

    /// <returns>Rows per second.</returns>
    public static double Write(string path, IEnumerable<List<RequestRecord>> chunks)
    {
        using (var log = new PlainLog(path))
        {
            log.Database.EnsureCreated();
            log.Database.ExecuteSqlRaw("PRAGMA journal_mode=WAL");
        }

        var rows = 0;
        var writing = TimeSpan.Zero;
        foreach (var records in chunks)
        {
            var made = records.ConvertAll(RowOf);
            var started = Stopwatch.GetTimestamp();
            using var log = new PlainLog(path);
            log.Database.OpenConnection();
            log.Database.ExecuteSqlRaw("PRAGMA synchronous=NORMAL");
            log.AddRange(made);
            log.SaveChanges();
            writing += Stopwatch.GetElapsedTime(started);
            rows += made.Count;
        }

        return rows / writing.TotalSeconds;
    }

    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) => optionsBuilder.UseSqlite($"Data Source={path};Pooling=False");

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        var row = modelBuilder.Entity<PlainRow>();
        row.HasIndex(r => r.StartedAtMs);
        row.HasIndex(r => new { r.Model, r.StartedAtMs });
        row.HasIndex(r => new { r.Consumer, r.StartedAtMs });
    }

    private static PlainRow RowOf(RequestRecord record) => new()
    {
        RequestId = record.RequestId,
        StartedAtMs = record.StartedAtMs,
        Status = record.Status,
        Outcome = record.Outcome.ToString(),
        Error = record.ErrorMessage,
        Method = record.Method,
        Path = record.Uri,
        ClientIp = record.ClientIp,
        Route = record.Route?.Name,
        Service = record.Service?.Name,
        Consumer = record.Consumer?.Username,
        Agent = record.Agent,
        SessionId = record.SessionId,
        Provider = record.Llm?.Provider,
        RequestedModel = record.Llm?.RequestedModel,
        Model = record.Llm?.ResponseModel,
        IsStream = record.Llm?.IsStream ?? false,
        PromptTokens = record.Llm?.Usage?.PromptTokens,
        CompletionTokens = record.Llm?.Usage?.CompletionTokens,
        CachedTokens = record.Llm?.Usage?.CacheReadTokens,
        TimeToFirstTokenMs = record.Llm?.TimeToFirstTokenMs,
        TotalMs = record.Timings.Total,
        RequestSize = record.RequestSize,
        ResponseSize = record.ResponseSize,
        Prompt = Excerpt,
        Answer = Excerpt,
    };
}

/// <summary>A row of <see cref="PlainLog"/>.</summary>
internal sealed class PlainRow
{
    public long Id { get; init; }

    public required string RequestId { get; init; }

    public long StartedAtMs { get; init; }

    public int Status { get; init; }

    public required string Outcome { get; init; }

    public string? Error { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    public required string ClientIp { get; init; }

    public string? Route { get; init; }

    public string? Service { get; init; }

    public string? Consumer { get; init; }

    public string? Agent { get; init; }

    public string? SessionId { get; init; }

    public string? Provider { get; init; }

    public string? RequestedModel { get; init; }

    public string? Model { get; init; }

    public bool IsStream { get; init; }

    public long? PromptTokens { get; init; }

    public long? CompletionTokens { get; init; }

    public long? CachedTokens { get; init; }

    public double? TimeToFirstTokenMs { get; init; }

    public double? TotalMs { get; init; }

    public long RequestSize { get; init; }

    public long ResponseSize { get; init; }

    public required string Prompt { get; init; }

    public required string Answer { get; init; }
}
