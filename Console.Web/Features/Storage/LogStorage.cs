using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Entities;
using Gateway.Shared.Results;
using Gateway.Shared.Schema;

namespace ConsoleWeb.Features.Storage;

/// <summary>A plugin that can store bodies, and whether it does.</summary>
internal sealed record PayloadPlugin(Guid Id, string Name, bool IsOn, bool IsEnabled, JsonObject Entity);

/// <summary>Which plugins store bodies, and the way to delete what is older than some days now.</summary>
internal sealed class LogStorage(IEntityService entities, LogRowCounter rows, LogRetentionControl retention, AuditLog audit, TimeProvider time)
{
    /// <summary>Everything before this is being deleted; null: no such work is going on.</summary>
    public DateTimeOffset? Deleting => retention.DeleteBefore;

    /// <summary>The AI plugins, and whether they store bodies.</summary>
    public IReadOnlyList<PayloadPlugin> ListPayloadPlugins(Actor actor)
    {
        var found = new List<PayloadPlugin>();
        string? offset = null;
        do
        {
            var page = entities.List(EntityKinds.Plugins, new EntityQuery(), EntityPage.MaxSize, offset, actor).Value!;
            foreach (var plugin in page.Data)
            {
                var config = plugin["config"] as JsonObject;
                var switches = new[] { config?["logging"] }.Concat((config?["targets"] as JsonArray ?? []).Select(t => t?["logging"])).OfType<JsonObject>().ToList();
                if (switches.Exists(s => s.ContainsKey("log_payloads")))
                {
                    var isOn = switches.Exists(s => s["log_payloads"]?.GetValue<bool>() == true);
                    found.Add(new PayloadPlugin(Guid.Parse(plugin["id"]!.ToString()), plugin["name"]!.ToString(), isOn, plugin["enabled"]?.GetValue<bool>() != false, plugin));
                }
            }

            offset = page.Offset;
        }
        while (offset is not null);

        return [.. found.OrderByDescending(p => p.IsOn).ThenBy(p => p.Name, StringComparer.Ordinal)];
    }

    /// <summary>How many stored requests are older than a moment.</summary>
    public Task<long> CountBeforeAsync(DateTimeOffset moment, CancellationToken cancellationToken) => rows.CountBeforeAsync(moment, cancellationToken);

    /// <summary>Begins to delete every stored request that is older than some days; goes on by itself.</summary>
    public Error? DeleteOlderThan(int days, Actor actor)
    {
        if (!actor.MayWrite)
        {
            return new WriteForbidden(actor.Name);
        }

        if (days is < 0 or > 36_500)
        {
            return new Error("days: a whole number from 0");
        }

        var before = time.GetUtcNow().AddDays(-days);
        retention.Begin(before);
        audit.Post(new AuditEvent(AuditActions.LogDelete, actor, $"requests before {before.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"));
        return null;
    }
}
