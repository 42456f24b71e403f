using ConsoleWeb.Data.Logs;
using Gateway.Shared.Logging;

namespace ConsoleWeb.Features.Connect;

/// <summary>The point where most first calls fail: whether the provider takes the call, and if not, why and what to do.</summary>
internal static class KeyCheckpoint
{
    private const string Title = "The provider takes the key";

    /// <param name="calls">Requests of the route, newest first.</param>
    public static AgentCheck Of(ConnectedFlow flow, IReadOnlyList<RequestRow> calls)
    {
        var provider = AgentPreset.ProviderTitle(flow.Provider);
        if (calls.FirstOrDefault(r => AgentChecklist.IsAnswered(r) && r.IsLlm) is { } good)
        {
            return new("key", Title, CheckState.Ok, $"{provider} answered with {good.Model ?? "a model"}", RequestId: good.RequestId);
        }

        if (calls.FirstOrDefault(r => r.IsInFlight) is { } running)
        {
            return running.TimeToFirstTokenMs is not null
                ? new("key", Title, CheckState.Ok, $"{provider} is answering", RequestId: running.RequestId)
                : new("key", Title, CheckState.Running, $"waiting for {provider}", RequestId: running.RequestId);
        }

        if (calls.FirstOrDefault(r => r.Status >= 400 || r.IsFailed) is not { } failed)
        {
            return new("key", Title, CheckState.Waiting, "when the first call goes through");
        }

        var (detail, fix) = Explain(flow, failed, provider);
        return new("key", Title, CheckState.Failed, detail, fix, failed.RequestId);
    }

    private static (string Detail, CheckFix Fix) Explain(ConnectedFlow flow, RequestRow row, string provider)
    {
        var request = new CheckFix(row.ErrorMessage ?? "The request says more.", $"/logs/{row.RequestId}", "Open the request");
        return row switch
        {
            { OutcomeDetail: "key_rejected" } =>
                ($"{provider} refused the gateway’s key", new($"The agent is fine; the key that the gateway holds for {provider} is wrong, expired or not allowed to use this model.", "/keys", "Replace the key")),
            { Status: 401, Outcome: RequestOutcome.Rejected } =>
                ("401: the gateway does not know the agent’s key", new("This route asks each client for a key. Use the line above with the key that was shown, or make a new one for the consumer.", flow.ConsumerId is null ? $"/routes/{flow.RouteId}" : $"/consumers/{flow.ConsumerId}", flow.ConsumerId is null ? "Open the route" : "Open the consumer")),
            { Status: 413 } when row.Outcome == RequestOutcome.Rejected =>
                ($"413: the prompt is larger than {Size(flow.MaxBody)}", new("Coding agents send the whole conversation each time. Raise the limit of this route to 16 MB.", LinkText: "Raise the limit", RaisesLimit: true)),
            { Status: 429, OutcomeDetail: "rate_limited" } =>
                ($"429: {provider} is not taking more calls now", new($"The key works, but its quota or credit is used up. See your account at {provider}.", $"/logs/{row.RequestId}", "Open the request")),
            { Outcome: RequestOutcome.UpstreamTimeout } =>
                ($"{provider} did not answer in time", request),
            { OutcomeDetail: { } detail } when detail.StartsWith("tls_error", StringComparison.Ordinal) =>
                ($"no secure connection to {provider}", new("The certificate on the way is not one that this machine trusts: often a company proxy. Add its CA certificate.", "/certificates", "Certificates")),
            { OutcomeDetail: "dns_error" or "connect_refused" or "connect_timeout" or "address_forbidden" } =>
                ($"{provider} cannot be reached from the gateway", new($"{row.ErrorMessage}. Check this machine’s way out; Gateway__Providers__{flow.Provider}__BaseUrl sets another address.", $"/logs/{row.RequestId}", "Open the request")),
            { Status: 400 or 404 } when IsAboutModel(row) =>
                ($"{row.Status}: {provider} has no model {row.RequestedModel ?? row.Model}", new($"{row.ErrorMessage} Name a model that {provider} has, in the agent or in the plugin.", $"/plugins/{flow.PluginId}", "Open the plugin")),
            { Status: >= 400 } => ($"{row.Status}{(row.Outcome == RequestOutcome.Rejected ? " from the gateway" : $" from {provider}")}", request),
            _ => ("the call did not end well", request),
        };
    }

    private static bool IsAboutModel(RequestRow row) => row.ErrorMessage?.Contains("model", StringComparison.OrdinalIgnoreCase) == true;

    private static string Size(int bytes) => bytes >= 1024 * 1024 ? $"{bytes / (1024 * 1024)} MB" : $"{bytes / 1024} KB";
}
