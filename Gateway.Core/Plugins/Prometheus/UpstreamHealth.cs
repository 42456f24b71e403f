using System.Net;
using Gateway.Core.Telemetry;
using Gateway.Core.Upstreams.Pools;

namespace Gateway.Core.Plugins.Prometheus;

/// <summary>One gauge for each target of each upstream and each state it may be in; 1 says that it is.</summary>
internal static class UpstreamHealth
{
    // Names are resolved by the call, and no target is judged by its name alone, so dns_error is never populated.
    private static readonly string[] States = ["healthchecks_off", "healthy", "unhealthy", "dns_error"];

    public static void Write(MetricsWriter writer, UpstreamPools pools)
    {
        writer.Gauge("kong_upstream_target_health", $"Health status of targets of upstream. States = {string.Join('|', States)}, value is 1 when state is populated.");
        foreach (var pool in pools.All)
        {
            foreach (var target in pool.Targets)
            {
                foreach (var state in States)
                {
                    var labels = MetricsWriter.Labels(
                        ("upstream", pool.Config.Name),
                        ("target", target.Config.Target),
                        ("address", IPAddress.TryParse(target.Host, out _) ? target.Config.Target : ""),
                        ("state", state),
                        ("subsystem", "http"));
                    writer.Sample(labels, state == pool.StateOf(target) ? 1 : 0);
                }
            }
        }
    }
}
