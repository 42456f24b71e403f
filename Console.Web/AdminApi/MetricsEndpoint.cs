using ConsoleWeb.AdminApi.OpenApi;
using Gateway.Core.Logging;
using Gateway.Core.Telemetry;

namespace ConsoleWeb.AdminApi;

/// <summary><c>GET /metrics</c>: the figures of every part of the product, for a Prometheus server.</summary>
internal sealed class MetricsEndpoint(IEnumerable<IMetricsSource> sources)
{
    public void Map(AdminRouteTable table) => table.Get(
        "/metrics",
        _ => Task.FromResult<IResult>(new Exposition(sources)),
        new(ApiGroups.Information, "Read the figures for Prometheus") { Answer = Shapes.Text, AnswerType = "text/plain" });

    private sealed class Exposition(IEnumerable<IMetricsSource> sources) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            using var buffer = new PooledBuffer(16 * 1024);
            var writer = new MetricsWriter(buffer);
            foreach (var source in sources)
            {
                source.Write(writer);
            }

            var response = httpContext.Response;
            response.ContentType = MetricsWriter.ContentType;
            response.ContentLength = buffer.Length;
            if (!HttpMethods.IsHead(httpContext.Request.Method))
            {
                await response.Body.WriteAsync(buffer.WrittenMemory, httpContext.RequestAborted);
            }
        }
    }
}
