using Gateway.E2E.Harness;

namespace Gateway.E2E.Sdks;

/// <summary>One product with a route per format pair, and the mock as every provider.</summary>
public sealed class SdkGateway : IAsyncLifetime
{
    private MockProvider? _provider;
    private GatehouseProcess? _gatehouse;

    internal GatehouseProcess Gatehouse => _gatehouse ?? throw new InvalidOperationException("The fixture has not started.");

    internal MockProvider Provider => _provider ?? throw new InvalidOperationException("The fixture has not started.");

    public async ValueTask InitializeAsync()
    {
        _provider = await MockProvider.StartAsync();
        _gatehouse = await GatehouseProcess.StartAsync(GatehouseProcess.ProvidersAt(_provider.BaseUrl));
        await _gatehouse.ApplyAsync(
            $$$"""
            _format_version: "3.0"
            services:
            {{{Service("chat", "openai", "llm/v1/chat", "openai")}}}
            {{{Service("responses", "openai", "llm/v1/responses", "openai")}}}
            {{{Service("messages", "anthropic", "llm/v1/chat", "anthropic")}}}
            {{{Service("translated", "anthropic", "llm/v1/chat", "openai", "gpt-5-mini")}}}
            """,
            CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_gatehouse is not null)
        {
            await _gatehouse.DisposeAsync();
        }

        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }
    }

    private static string Service(string name, string format, string routeType, string provider, string? model = null)
    {
        var (header, value) = provider == "anthropic"
            ? ("x-api-key", "${{ env \"DECK_OPENAI_API_KEY\" }}")
            : ("Authorization", "Bearer ${{ env \"DECK_OPENAI_API_KEY\" }}");
        var options = provider == "anthropic" ? "\n        options: { anthropic_version: \"2023-06-01\" }" : string.Empty;

        return $$"""
            - name: {{name}}
              url: http://localhost
              routes:
              - name: {{name}}
                paths: ["/{{name}}"]
              plugins:
              - name: ai-proxy
                config:
                  llm_format: {{format}}
                  route_type: {{routeType}}
                  auth:
                    header_name: {{header}}
                    header_value: {{value}}
                  model:
                    provider: {{provider}}{{(model is null ? string.Empty : $"\n        name: {model}")}}{{options}}
            """;
    }
}
