using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Data;
using ConsoleWeb.Features.Entities;

namespace ConsoleWeb.Features.History;

/// <summary>What the audit log says of a change of the configuration: more than the version, which goes earlier.</summary>
internal static class ConfigAudit
{
    /// <summary>Longest details in characters; beyond that the fields are left to the version.</summary>
    private const int MaxLength = 16 * 1024;

    private const int MaxEntities = 50;

    public static AuditEvent Of(NumberedChange change, IReadOnlyList<RecordedChange> recorded)
    {
        var entities = recorded.Take(MaxEntities).Select(EntityChange.Of).ToList();
        var details = Details(change.Version, entities, recorded.Count, withFields: true);
        if (recorded.Count > MaxEntities || details.ToJsonString().Length > MaxLength)
        {
            details = Details(change.Version, entities, recorded.Count, withFields: false);
        }

        return new AuditEvent(AuditActions.ConfigChange, change.Actor, change.Change.Summary) { Details = details };
    }

    private static JsonObject Details(long version, List<EntityChange> entities, int count, bool withFields) => new()
    {
        ["version"] = version,
        ["entities"] = count,
        ["changes"] = new JsonArray([.. entities.Select(e => e.ToJson(withFields))]),
    };
}
