using System.Diagnostics;
using System.Runtime.InteropServices;
using ConsoleWeb.Data;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Storage;
using Gateway.Core;
using Gateway.Core.Configuration;
using Microsoft.EntityFrameworkCore;

namespace ConsoleWeb.Features.Health;

/// <summary>How the product fares at one moment.</summary>
/// <param name="ServingVersion">Version of the configuration that requests meet; null: none serves yet.</param>
/// <param name="StoredVersion">Newest version that is stored.</param>
/// <param name="StoreMilliseconds">How long the configuration database took to answer.</param>
/// <param name="StoreFault">Why it did not answer; null: it did.</param>
internal sealed record HealthFacts(
    long? ServingVersion, long StoredVersion, double StoreMilliseconds, string? StoreFault, RequestLogState Log, DiskUse Disk, long WorkingSet, long Heap, int Threads, TimeSpan Uptime)
{
    /// <summary>Bytes of free disk below which it is worth a warning.</summary>
    private const long LittleRoom = 1024L * 1024 * 1024;

    /// <summary>Whether what is stored is what serves.</summary>
    public bool IsInSync => ServingVersion == StoredVersion;

    /// <summary>Whether every record is accounted for: written, lost or waiting.</summary>
    public bool IsBalanced => Log.Counts.Produced == Log.Counts.Written + Log.Counts.Dropped + Log.Counts.Queued;

    /// <summary>What somebody should look at, the worst first; empty: all is well.</summary>
    public IReadOnlyList<HealthProblem> Problems => [.. List()];

    private IEnumerable<HealthProblem> List()
    {
        if (StoreFault is not null)
        {
            yield return new HealthProblem(true, $"The configuration database does not answer: {StoreFault}");
        }

        if (Log.Trouble is { } trouble)
        {
            yield return new HealthProblem(true, $"The request log cannot be written: {trouble.Reason}");
        }

        if (Log.Counts.Dropped > 0)
        {
            yield return new HealthProblem(true, $"{Log.Counts.Dropped} records were lost since the start");
        }

        if (!IsInSync)
        {
            yield return new HealthProblem(true, $"Version {StoredVersion} of the configuration is stored and {ServingVersion?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"} serves");
        }

        if (Log.Quarantined is { } place)
        {
            yield return new HealthProblem(false, $"A damaged request log was put aside: {place}");
        }

        if (Disk.Free < LittleRoom)
        {
            yield return new HealthProblem(false, "Less than 1 GiB of the disk is free");
        }
    }
}

/// <summary>Something that is not as it should be.</summary>
/// <param name="IsGrave">Whether something is lost or does not work.</param>
internal sealed record HealthProblem(bool IsGrave, string Text);

/// <summary>Looks at everything once. Asks nothing of the way of requests.</summary>
internal sealed class HealthService(
    ConfigWriter writer, SnapshotHolder snapshots, IRequestLogState log, DiskMeter meter, IDbContextFactory<ConsoleDbContext> contexts, TimeProvider time)
{
    private static readonly DateTimeOffset StartedAt = new(Process.GetCurrentProcess().StartTime);

    public static IReadOnlyList<(string Name, string Value)> Versions { get; } =
    [
        ("Gatehouse", ProductVersion.Text),
        ("Compatible with Kong", GatewayProduct.Version),
        (".NET", RuntimeInformation.FrameworkDescription),
        ("System", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}".Trim()),
    ];

    public async Task<HealthFacts> ReadAsync(CancellationToken cancellationToken)
    {
        var (took, fault) = await AskStoreAsync(cancellationToken);
        return new HealthFacts(
            snapshots.Current?.Config.Version,
            writer.State.Version,
            took,
            fault,
            log.State,
            meter.Measure(),
            Environment.WorkingSet,
            GC.GetTotalMemory(forceFullCollection: false),
            ThreadPool.ThreadCount,
            time.GetUtcNow() - StartedAt);
    }

    private async Task<(double Milliseconds, string? Fault)> AskStoreAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            await context.Versions.OrderByDescending(v => v.Number).Select(v => v.Number).FirstOrDefaultAsync(cancellationToken);
            return (Stopwatch.GetElapsedTime(started).TotalMilliseconds, null);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
        {
            return (Stopwatch.GetElapsedTime(started).TotalMilliseconds, StoreHealth.Explain(exception) ?? exception.Message);
        }
    }
}
