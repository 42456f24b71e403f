using Gateway.Core.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace ConsoleWeb.Data;

/// <summary>Whether the configuration's database answers, for <c>GET /metrics</c>.</summary>
internal sealed class StoreMetrics(IDbContextFactory<ConsoleDbContext> contexts, ConfigStoreState state) : IMetricsSource
{
    public void Write(MetricsWriter writer)
    {
        using var context = contexts.CreateDbContext();
        writer.Gauge("kong_datastore_reachable", "Datastore reachable from Kong, 0 is unreachable");
        writer.Sample("", state.Trouble is null && context.Database.CanConnect() ? 1 : 0);
    }
}
