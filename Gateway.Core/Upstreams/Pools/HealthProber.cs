using System.Net;
using System.Net.Sockets;
using Gateway.Core.Configuration;
using Gateway.Shared.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Core.Upstreams.Pools;

/// <summary>Probes the targets of upstreams with active health checks, healthy and unhealthy ones each at their own interval.</summary>
internal sealed partial class HealthProber(SnapshotHolder snapshots, UpstreamClients clients, TimeProvider time, ILogger<HealthProber> logger) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var pool in snapshots.Current?.Upstreams.All ?? [])
                {
                    if (pool.IsProbed)
                    {
                        ProbeDue(pool, stoppingToken);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private void ProbeDue(UpstreamPool pool, CancellationToken stoppingToken)
    {
        var active = pool.Config.Healthchecks.Active;
        var now = time.GetTimestamp();
        foreach (var target in pool.Targets)
        {
            var interval = target.Health.IsHealthy ? active.Healthy.Interval : active.Unhealthy.Interval;
            if (interval <= 0 || (target.LastProbe != 0 && time.GetElapsedTime(target.LastProbe, now).TotalSeconds < interval))
            {
                continue;
            }

            target.LastProbe = now;
            _ = ProbeAsync(pool, target, active, stoppingToken);
        }
    }

    private async Task ProbeAsync(UpstreamPool pool, PoolTarget target, ActiveHealthcheck active, CancellationToken stoppingToken)
    {
        var wasHealthy = target.Health.IsHealthy;
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(active.Timeout > 0 ? active.Timeout : 1), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stoppingToken);
        try
        {
            var status = active.Type is "http" or "https" ? await CallAsync(pool, target, active, both.Token) : await ConnectAsync(target, both.Token);
            if (status is null || active.Healthy.HttpStatuses.Contains(status.Value))
            {
                target.Health.Succeeded(active.Healthy.Successes);
            }
            else if (active.Unhealthy.HttpStatuses.Contains(status.Value))
            {
                target.Health.Failed(TargetFailure.Http, active.Unhealthy.HttpFailures);
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
        catch (OperationCanceledException)
        {
            target.Health.Failed(TargetFailure.Timeout, active.Unhealthy.Timeouts);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            target.Health.Failed(TargetFailure.Tcp, active.Unhealthy.TcpFailures);
        }

        if (target.Health.IsHealthy != wasHealthy)
        {
            LogChanged(logger, target.Config.Target, pool.Config.Name, wasHealthy ? "unhealthy" : "healthy");
        }
    }

    /// <returns>The status.</returns>
    private async Task<int?> CallAsync(UpstreamPool pool, PoolTarget target, ActiveHealthcheck active, CancellationToken cancellationToken)
    {
        var isTls = active.Type == "https";
        var peer = isTls ? target.Tls : target.Plain;
        using var request = new HttpRequestMessage(HttpMethod.Get, peer.Prefix + active.HttpPath) { Version = HttpVersion.Version11 };
        request.Headers.Host = (isTls ? active.HttpsSni : null) ?? pool.Config.HostHeader ?? peer.HostHeader;
        foreach (var (name, values) in active.Headers ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            request.Headers.TryAddWithoutValidation(name, values);
        }

        var client = clients.Get(active.HttpsVerifyCertificate, TimeSpan.FromSeconds(60));
        using var response = await client.SendAsync(request, cancellationToken);
        return (int)response.StatusCode;
    }

    /// <returns>Null: that the connection came about is all there is to know.</returns>
    private static async Task<int?> ConnectAsync(PoolTarget target, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(target.Host.Trim('[', ']'), target.Port, cancellationToken);
        return null;
    }

    [LoggerMessage(EventId = 4010, Level = LogLevel.Warning, Message = "Target {Target} of upstream {Upstream} is now {State}")]
    private static partial void LogChanged(ILogger logger, string target, string upstream, string state);
}
