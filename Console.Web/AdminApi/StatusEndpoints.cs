using System.Globalization;
using System.Text.Json.Nodes;
using ConsoleWeb.AdminApi.OpenApi;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Features.Health;
using ConsoleWeb.Hosting;
using Gateway.Core.Configuration;

namespace ConsoleWeb.AdminApi;

/// <summary>How the node fares: memory, connections, readiness.</summary>
internal sealed class StatusEndpoints(SnapshotHolder snapshots, AdminStatistics statistics, IRequestLogState log, StoreHealth health, Drain drain)
{
    private const int MaxScale = 10;

    private const string Units = "b,k,m,g";

    public void Map(AdminRouteTable table)
    {
        var group = ApiGroups.Information;
        table.Get("/status", c => Task.FromResult(Status(c.Request.Query)), new(group, "Read how this node fares")
        {
            Query =
                [
                    new("unit", Shapes.OneOf(Units.Split(',')), "Unit of the sizes: bytes as numbers, or KiB, MiB (the default) or GiB as text."),
                    new("scale", Shapes.Number(0, MaxScale, 2), "Digits after the point."),
                ],
            Answer = Shapes.Object("memory:object server:object database:object log:object"),
            Refusals = [StatusCodes.Status400BadRequest],
        })
            .Get(
                AdminAuthentication.ReadyPath,
                _ => Task.FromResult(Ready()),
                new(group, "Ask whether this node serves") { Description = "Needs no token.", Answer = Shapes.Message, Refusals = [StatusCodes.Status503ServiceUnavailable] });
    }

    private IResult Ready() => (drain.HasBegun, snapshots.Current) switch
    {
        (true, _) => AdminErrors.Message(StatusCodes.Status503ServiceUnavailable, "this node is stopping"),
        (_, null) => AdminErrors.Message(StatusCodes.Status503ServiceUnavailable, "no configuration available (empty configuration present)"),
        _ => AdminErrors.Message(StatusCodes.Status200OK, "ready"),
    };

    private IResult Status(IQueryCollection query)
    {
        var unit = PageQuery.Text(query, "unit") ?? "m";
        if (unit is not ['b' or 'B' or 'k' or 'K' or 'm' or 'M' or 'g' or 'G'])
        {
            return AdminErrors.Message(StatusCodes.Status400BadRequest, $"invalid unit '{unit}' (expected 'b/B', 'k/K', 'm/M' or 'g/G')");
        }

        var scale = 2;
        if (PageQuery.Text(query, "scale") is { } text
            && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out scale) && scale <= MaxScale))
        {
            return AdminErrors.Message(StatusCodes.Status400BadRequest, $"invalid scale '{text}' (expected a whole number from 0 to {MaxScale})");
        }

        JsonNode Size(long bytes) => SizeIn(bytes, char.ToLowerInvariant(unit[0]), scale);
        return new AdminJson(StatusCodes.Status200OK, new JsonObject
        {
            ["memory"] = new JsonObject
            {
                ["workers_lua_vms"] = new JsonArray(new JsonObject
                {
                    ["pid"] = Environment.ProcessId,
                    // What a worker's collector keeps; here it is the heap of the one process.
                    ["http_allocated_gc"] = Size(GC.GetTotalMemory(forceFullCollection: false)),
                }),
                ["lua_shared_dicts"] = new JsonObject(),
                ["resident"] = Size(Environment.WorkingSet),
            },
            ["server"] = statistics.ToServerObject(),
            ["database"] = Database(health.Configuration),
            ["log"] = Log(log.State),
        });
    }

    private static JsonObject Database(StoreTrouble? trouble)
    {
        var json = new JsonObject { ["reachable"] = trouble is null };
        if (trouble is not null)
        {
            json["trouble"] = trouble.Reason;
            json["trouble_since"] = ControlPlane.Moment(trouble.Since);
        }

        return json;
    }

    private static JsonObject Log(RequestLogState state)
    {
        var json = new JsonObject
        {
            ["produced"] = state.Counts.Produced,
            ["committed"] = state.Counts.Written,
            ["dropped"] = state.Counts.Dropped,
            ["queued"] = state.Counts.Queued,
            ["interrupted"] = state.Interrupted,
            ["writable"] = state.Trouble is null,
        };
        if (state.Trouble is { } trouble)
        {
            json["trouble"] = trouble.Reason;
            json["trouble_since"] = ControlPlane.Moment(trouble.Since);
        }

        return json;
    }

    private static JsonNode SizeIn(long bytes, char unit, int scale)
    {
        var (power, name) = unit switch
        {
            'k' => (10, "KiB"),
            'm' => (20, "MiB"),
            'g' => (30, "GiB"),
            _ => (0, ""),
        };
        return power == 0
            ? JsonValue.Create(bytes)
            : JsonValue.Create((bytes / (double)(1L << power)).ToString("F" + scale.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) + " " + name);
    }
}
