using System.Buffers;
using Gateway.Core.Llm.Errors;
using Gateway.Core.Llm.Observers;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>Brings an answer to a client of the same format.</summary>
internal sealed class PassRelay(RelaySession relay)
{
    /// <summary>Bytes of a one-shot answer that may wait for a flush.</summary>
    private const int FlushThreshold = 32 * 1024;

    /// <summary>The answer passes on byte for byte; an observer reads along.</summary>
    public async Task RunAsync(int status)
    {
        var isStream = relay.IsEventStream;
        var observer = relay.Attempt.UpstreamFormat == LlmFormat.Unknown || status is < 200 or >= 300 ? null
            : isStream ? LlmObservers.ForStream(relay.Attempt.UpstreamFormat)
            : LlmObservers.ForOneShot(relay.Attempt.UpstreamFormat);
        var filter = relay.Attempt.HidesUsage && isStream ? new ChatUsageFilter() : null;
        var coding = relay.Coding;
        var isCoded = !ContentCoding.IsIdentity(coding);
        // Kept compressed only for a client that can read it, and never as a stream.
        var staysCoded = isCoded && !isStream && (LlmAttemptBuilder.AcceptsGzip(relay.Context.Http.Request.Headers) || !ContentCoding.IsKnown(coding!));
        using var tap = staysCoded && (observer is not null) ? new ResponseTap(coding!) : null;
        var end = RelayEnd.Complete;
        var edge = default(EventEdge);
        byte[]? buffer = null;
        var first = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            var source = await relay.Response.Content.ReadAsStreamAsync(relay.Attempt.Timer.Token);
            if (isCoded && !staysCoded)
            {
                source = ContentCoding.DecodeAnswer(source, coding!) ?? source;
            }

            buffer = first;
            var keepsBody = filter is null && (!isCoded || staysCoded);
            long total = 0;
            long unflushed = 0;
            while (true)
            {
                var pending = source.ReadAsync(buffer, relay.Attempt.Timer.Token);
                int read;
                if (pending.IsCompletedSuccessfully)
                {
                    read = pending.Result;
                }
                else
                {
                    // The upstream makes us wait: what there is goes out now. The buffer is in use until the read ends.
                    var waiting = buffer;
                    buffer = null;
                    relay.Attempt.Timer.Arm(relay.Attempt.ReadTimeout);
                    if (isStream && !relay.IsHeadWritten)
                    {
                        relay.WriteHead(status, keepsBody, LlmResponseHeaders.SetEventStream);
                        await relay.Output.StartAsync(relay.Context.Aborted);
                        await relay.FlushAsync(isAside: true);
                    }
                    else if (unflushed > 0)
                    {
                        unflushed = 0;
                        await relay.FlushAsync(isAside: true);
                    }

                    read = await pending;
                    buffer = waiting;
                }

                if (read == 0)
                {
                    // The server itself sends what is left only where it writes the last chunk or the head; an answer with a length would wait for ever.
                    if (unflushed > 0 && !await relay.FlushAsync())
                    {
                        end = RelayEnd.ClientLeft;
                    }

                    break;
                }

                total += read;
                if (total > relay.Policy.MaxResponseBytes)
                {
                    end = RelayEnd.TooLarge;
                    break;
                }

                var bytes = buffer.AsSpan(0, read);
                if (!relay.IsHeadWritten)
                {
                    relay.WriteHead(status, keepsBody, isStream ? LlmResponseHeaders.SetEventStream : null);
                    await relay.Output.StartAsync(relay.Context.Aborted);
                    bytes = buffer.AsSpan(0, read);
                }

                if (tap is not null)
                {
                    tap.Push(bytes);
                }
                else
                {
                    observer?.Push(bytes);
                    relay.Collector?.Push(bytes);
                }

                if (filter is null)
                {
                    edge.Push(bytes);
                    relay.Output.BodyWriter.Write(bytes);
                }
                else
                {
                    filter.Push(bytes, relay.Output.BodyWriter);
                }

                relay.Record.ResponseSize += read;
                unflushed += read;
                relay.NoteProgress(observer, observer?.SawFirstContent ?? true);
                if (isStream || unflushed >= FlushThreshold)
                {
                    unflushed = 0;
                    if (!await relay.FlushAsync())
                    {
                        end = RelayEnd.ClientLeft;
                        break;
                    }
                }

                if (read == buffer.Length && buffer.Length < 32 * 1024)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = ArrayPool<byte>.Shared.Rent(32 * 1024);
                }
            }
        }
        catch (Exception exception) when (relay.EndOf(exception) is { } found)
        {
            end = found;
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        relay.Record.Timings.UpstreamDone = relay.Context.ElapsedMs;
        if (tap is not null)
        {
            tap.Complete(observer!);
        }

        observer?.Complete();
        if (end == RelayEnd.Complete && isStream && observer is { SawTerminal: false, SawError: false })
        {
            // Framing may look whole (a close-delimited body); the format's own last event is missing.
            end = RelayEnd.Cut;
        }

        LlmAccounting.Finish(relay.Context, relay.Plan, relay.Request, relay.Attempt, observer);
        if (end == RelayEnd.Complete)
        {
            if (!relay.IsHeadWritten)
            {
                relay.WriteHead(status, keepsBody: true);
            }

            filter?.Complete(relay.Output.BodyWriter);
            relay.NoteSuccess(observer, status);
            await relay.Output.CompleteAsync();
            return;
        }

        if (end == RelayEnd.Stopped && isStream && relay.IsHeadWritten && edge.IsWhole && relay.Output.ContentLength is null && relay.Attempt.UpstreamFormat != LlmFormat.Unknown)
        {
            relay.NoteFailure(end);
            LlmErrors.WriteStreamEvent(relay.Attempt.UpstreamFormat, relay.Output.BodyWriter, StoppedCall.Status, StoppedCall.Message, responseId: relay.Record.Llm?.ResponseId);
            await relay.Output.CompleteAsync();
            return;
        }

        await relay.BreakOffAsync(end);
    }
}
