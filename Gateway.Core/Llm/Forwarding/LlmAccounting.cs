using System.Globalization;
using System.Text;
using Gateway.Core.Llm.Accounting;
using Gateway.Core.Llm.Providers;
using Gateway.Core.Pipeline;
using Gateway.Shared.Logging;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>Fills the AI part of a record from what was seen of an answer.</summary>
internal static class LlmAccounting
{
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
            return;
        }

        llm.ResponseModel = facts.ResponseModel ?? llm.ResponseModel;
        llm.ResponseId = facts.ResponseId;
        llm.FinishReason = facts.FinishReason;
        if (!request.IsModelCall)
        {
            return;
        }

        if (facts.SawFirstContent)
        {
            llm.TimeToFirstTokenMs ??= llm.LatencyMs;
        }

        if (facts.Usage is { } usage)
        {
            llm.Usage = usage;
        }
        else if (facts.SawFirstContent)
        {
            llm.Usage = UsageEstimator.Estimate(request.Body, request.IsStream, facts.OutputCharacters);
        }

        if (llm.Usage is { } counted)
        {
            llm.OutputTokensSoFar = counted.CompletionTokens;
            llm.Cost = CallCost.Compute(attempt.Target.Prices, counted, facts.ServiceTier);
        }
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
