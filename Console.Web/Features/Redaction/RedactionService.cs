using System.Globalization;
using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Data;
using ConsoleWeb.Features.Entities;
using Gateway.Core.Logging.Redaction;
using Gateway.Shared.Results;

namespace ConsoleWeb.Features.Redaction;

/// <summary>What is taken out of records before they are stored: what is set, and trying it on a sample.</summary>
internal sealed class RedactionService(SettingStore store, PayloadRedactor redactor, AuditLog audit) : IDisposable
{
    /// <summary>Characters of a sample at most.</summary>
    public const int LongestSample = 256 * 1024;

    private const string SettingName = "redaction";

    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>What is in force. Rules of the file of settings are not part of it.</summary>
    public RedactionState Current { get; private set; } = new(RedactionSettings.Default, null, null);

    /// <summary>The rules of the file of settings; they are in force as well and cannot be changed here.</summary>
    public IReadOnlyList<RedactionRule> FixedRules => redactor.FixedRules;

    /// <summary>Reads what is stored; from then on it is in force.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (await store.FindAsync(SettingName, cancellationToken) is { } stored)
        {
            var settings = RedactionSettings.Default;
            _ = RedactionDocument.Read(stored.Document, ref settings);
            Use(new RedactionState(settings, stored.ChangedAt, stored.ChangedBy));
        }
    }

    /// <summary>From now on records are stored by these. What is stored already stays as it is.</summary>
    public async Task<Result<RedactionState>> SetAsync(RedactionSettings settings, Actor actor, CancellationToken cancellationToken)
    {
        if (Check(settings) is { } error)
        {
            audit.Post(new AuditEvent(AuditActions.LogRedaction, actor, SettingName) { IsRefused = true, Details = new JsonObject { ["reason"] = error.Message } });
            return error;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            var before = RedactionDocument.Write(Current.Settings);
            var after = RedactionDocument.Write(settings);
            var now = await store.SetAsync(SettingName, after, actor.Name, cancellationToken);
            Use(new RedactionState(settings, now, actor.Name));
            audit.Post(new AuditEvent(AuditActions.LogRedaction, actor, SettingName) { Details = new JsonObject { ["before"] = before, ["after"] = after } });
            return Current;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>What would be stored of a sample under settings that need not be in force.</summary>
    /// <param name="plugin">The AI plugin whose calls look like this; null: none that has rules of its own.</param>
    public Result<RedactionTrial> Try(string sample, RedactionSettings settings, Guid? plugin) =>
        sample.Length > LongestSample ? new Error(string.Create(CultureInfo.InvariantCulture, $"sample: at most {LongestSample} characters"))
        : Check(settings) is { } error ? error
        : redactor.Try(sample, settings, plugin);

    public void Dispose() => _gate.Dispose();

    private static Error? Check(RedactionSettings settings)
    {
        if (settings.Presets.FirstOrDefault(id => RedactionPreset.Find(id) is null) is { } unknown)
        {
            return new Error($"presets: '{unknown}' is not one of {string.Join(", ", RedactionPreset.All.Select(p => p.Id))}");
        }

        if (settings.Rules.Count > RedactionRuleCheck.MostRules)
        {
            return new Error($"rules: at most {RedactionRuleCheck.MostRules}");
        }

        for (var i = 0; i < settings.Rules.Count; i++)
        {
            foreach (var (member, problem) in RedactionRuleCheck.Find(settings.Rules[i]))
            {
                return new Error(string.Create(CultureInfo.InvariantCulture, $"rules[{i}].{member.ToLowerInvariant()}: {problem}"));
            }
        }

        return null;
    }

    private void Use(RedactionState state)
    {
        redactor.Set(state.Settings);
        Current = state;
    }
}

/// <summary>What is set, and by whom.</summary>
/// <param name="ChangedAt">Null: nobody has changed the defaults.</param>
internal sealed record RedactionState(RedactionSettings Settings, DateTimeOffset? ChangedAt, string? ChangedBy);
