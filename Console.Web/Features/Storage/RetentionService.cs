using System.Globalization;
using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Data;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Entities;
using Gateway.Core.Logging;
using Gateway.Shared.Results;
using Microsoft.Extensions.Options;

namespace ConsoleWeb.Features.Storage;

/// <summary>How long stored requests live.</summary>
/// <param name="MaxAgeDays">Days after which one goes; 0: never.</param>
/// <param name="MaxBytes">Bytes that the log may take; 0: as many as there are.</param>
internal sealed record RetentionLimits(int MaxAgeDays, long MaxBytes);

/// <summary>What limits would delete if they were in force now.</summary>
/// <param name="Before">Everything that began before this; null: nothing, or everything.</param>
internal sealed record RetentionPreview(long Requests, DateTimeOffset? Before);

/// <summary>
/// The limits of the request log as people set them in the console; in force at once. A limit that a variable of the start names stays
/// what the variable says.
/// </summary>
internal sealed class RetentionService(
    SettingStore store, LogRetentionControl control, LogRowCounter rows, IOptions<RequestLogOptions> options, IConfiguration configuration, AuditLog audit, TimeProvider time) : IDisposable
{
    /// <summary>A log has tables before it has a request; below this it would be empty all the time.</summary>
    public const long FewestBytes = 16L * 1024 * 1024;

    /// <summary>A hundred years.</summary>
    public const int MostDays = 36_500;

    private const string SettingName = "retention";

    private const string AgeMember = "max_age_days";

    private const string BytesMember = "max_bytes";

    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>What is in force.</summary>
    public RetentionLimits Current { get; private set; } = new(options.Value.Retention.MaxAgeDays, options.Value.Retention.MaxBytes);

    /// <summary>When and by whom it was set; null: nobody has.</summary>
    public (DateTimeOffset At, string By)? Changed { get; private set; }

    /// <summary>The variable that fixes the age; null: it can be set here.</summary>
    public string? AgeVariable => VariableOf("Gateway:Logs:Retention:MaxAgeDays");

    /// <summary>The variable that fixes the size; null: it can be set here.</summary>
    public string? BytesVariable => VariableOf("Gateway:Logs:Retention:MaxBytes");

    /// <summary>Reads what is stored; from then on it is in force.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (await store.FindAsync(SettingName, cancellationToken) is { } stored)
        {
            Changed = (stored.ChangedAt, stored.ChangedBy);
            Use(new RetentionLimits(
                stored.Document[AgeMember]?.GetValue<int>() ?? Current.MaxAgeDays,
                stored.Document[BytesMember]?.GetValue<long>() ?? Current.MaxBytes));
        }
    }

    /// <summary>What would go if these limits were in force.</summary>
    public async Task<RetentionPreview> PreviewAsync(RetentionLimits limits, CancellationToken cancellationToken)
    {
        DateTimeOffset? cutoff = limits.MaxAgeDays > 0 ? time.GetUtcNow().AddDays(-limits.MaxAgeDays) : null;
        var byAge = cutoff is { } before ? await rows.CountBeforeAsync(before, cancellationToken) : 0;
        var (bySize, first) = limits.MaxBytes > 0 ? await rows.CountBeyondAsync(limits.MaxBytes, cancellationToken) : default;

        // Both take the oldest, so the stricter one takes all that the other would.
        return byAge >= bySize ? new RetentionPreview(byAge, byAge > 0 ? cutoff : null) : new RetentionPreview(bySize, first);
    }

    /// <summary>From now on stored requests live as long as this; what is beyond goes in the next minutes.</summary>
    public async Task<Error?> SetAsync(RetentionLimits limits, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.MayWrite)
        {
            return new WriteForbidden(actor.Name);
        }

        if (Check(limits) is { } error)
        {
            return error;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            var before = Write(Current);
            var at = await store.SetAsync(SettingName, Write(limits), actor.Name, cancellationToken);
            Changed = (at, actor.Name);
            Use(limits);
            audit.Post(new AuditEvent(AuditActions.LogRetention, actor, SettingName) { Details = new JsonObject { ["before"] = before, ["after"] = Write(Current) } });
            return null;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private static Error? Check(RetentionLimits limits) =>
        limits.MaxAgeDays is < 0 or > MostDays ? new Error(string.Create(CultureInfo.InvariantCulture, $"{AgeMember}: whole days from 0 to {MostDays}"))
        : limits.MaxBytes is not 0 and < FewestBytes ? new Error(string.Create(CultureInfo.InvariantCulture, $"{BytesMember}: 0, or at least {FewestBytes}"))
        : null;

    private static JsonObject Write(RetentionLimits limits) => new() { [AgeMember] = limits.MaxAgeDays, [BytesMember] = limits.MaxBytes };

    private void Use(RetentionLimits limits)
    {
        var start = options.Value.Retention;
        Current = new(AgeVariable is null ? limits.MaxAgeDays : start.MaxAgeDays, BytesVariable is null ? limits.MaxBytes : start.MaxBytes);
        control.Limits = new RetentionOptions { MaxAgeDays = Current.MaxAgeDays, MaxBytes = Current.MaxBytes };
    }

    private string? VariableOf(string key) => string.IsNullOrEmpty(configuration[key]) ? null : key.Replace(":", "__", StringComparison.Ordinal);
}
