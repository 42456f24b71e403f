using System.Globalization;
using System.Text;
using Gateway.Core.Llm.Accounting;
using Gateway.Core.Llm.Providers;
using Gateway.Core.Pipeline;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>Fills the AI part of a record from what was seen of an answer.</summary>
internal static class LlmAccounting
{
    private static readonly TokenUsage NoUsage = new();

    /// <summary>The call has ended, well or not.</summary>
    /// <param name="facts">What was seen of the answer; null when there was none.</param>
    public static void Finish(GatewayContext context, LlmPlan plan, LlmRequest request, LlmAttempt attempt, ILlmAnswerFacts? facts)
    {
        if (context.Record.Llm is not { } llm)
        {
            return;
        }

        llm.LatencyMs = context.Time.GetElapsedTime(request.StartTimestamp).TotalMilliseconds;
        if (facts is null)
        {
            Price(context, llm, attempt);
            return;
        }

        llm.ResponseModel = facts.ResponseModel ?? llm.ResponseModel;
        llm.ResponseId = facts.ResponseId;
        llm.FinishReason = facts.FinishReason;
        llm.ServiceTier = facts.ServiceTier;
        if (!request.IsModelCall)
        {
            Price(context, llm, attempt);
            return;
        }

        if (facts.SawFirstContent)
        {
            llm.TimeToFirstTokenMs ??= llm.LatencyMs;
        }

        if (facts.Usage is { } usage)
        {
            // Providers count the output last. Where the stream broke off before, what has passed is counted here.
            llm.Usage = usage.CompletionTokens == 0 && facts is { SawTerminal: false, OutputCharacters: > 0 and var characters }
                ? usage with { CompletionTokens = UsageEstimator.EstimateCompletionTokens(characters), ReportedTotal = null, Source = UsageSource.Estimate }
                : usage;
        }
        else if (facts.SawFirstContent)
        {
            llm.Usage = UsageEstimator.Estimate(request.Body, request.IsStream, facts.OutputCharacters);
        }

        if (llm.Usage is { } counted)
        {
            llm.OutputTokensSoFar = counted.CompletionTokens;
        }

        Price(context, llm, attempt);
    }

    /// <summary>The plugin's own prices come first; they alone make what Kong's record calls the cost.</summary>
    private static void Price(GatewayContext context, LlmRecord llm, LlmAttempt attempt)
    {
        // A call that used nothing costs nothing, but only where a price is known.
        var usage = llm.Usage ?? NoUsage;
        if (CallCost.Receipt(attempt.Target.Prices, usage, llm.ServiceTier) is { } receipt)
        {
            (llm.Receipt, llm.Cost) = (receipt, receipt.Amount);
            return;
        }

        var started = DateTimeOffset.FromUnixTimeMilliseconds(context.Record.StartedAtMs);
        llm.Receipt = attempt.Prices.Find(llm.Provider, llm.ResponseModel, llm.RequestModel ?? llm.RequestedModel, started)?.Compute(usage, llm.ServiceTier);
    }

    /// <summary>The client has gone.</summary>
    /// <param name="phase"><c>upload</c>, <c>wait</c> or <c>stream</c>.</param>
    public static void ClientLeft(GatewayContext context, string phase)
    {
        context.Record.Outcome = RequestOutcome.ClientClosed;
        context.Record.OutcomeDetail = $"client_closed/{phase}";
        if (!context.Http.Response.HasStarted)
        {
            context.Http.Response.StatusCode = Microsoft.AspNetCore.Http.StatusCodes.Status499ClientClosedRequest;
        }
    }

    /// <summary>A payload as text, marked when it was cut.</summary>
    public static string Capped(ReadOnlySpan<byte> bytes, int limit)
    {
        if (bytes.Length <= limit)
        {
            return Encoding.UTF8.GetString(bytes);
        }

        // Not in the middle of a character.
        var end = limit;
        while (end > 0 && (bytes[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return Encoding.UTF8.GetString(bytes[..end]) + CutMark(end, bytes.Length);
    }

    /// <summary>What a payload ends with when the rest was not kept.</summary>
    /// <param name="total">Bytes of the whole; null when not known.</param>
    public static string CutMark(int kept, long? total) => total is { } all
        ? string.Create(CultureInfo.InvariantCulture, $"… [cut: {kept} of {all} bytes kept]")
        : string.Create(CultureInfo.InvariantCulture, $"… [cut: {kept} bytes kept]");
}
