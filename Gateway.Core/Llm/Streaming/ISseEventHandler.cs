namespace Gateway.Core.Llm.Streaming;

/// <summary>Receives the events of an <see cref="SseParser"/>. The spans are valid only during the call.</summary>
internal interface ISseEventHandler
{
    /// <param name="name">The <c>event</c> field; empty when there was none.</param>
    /// <param name="data">The <c>data</c> lines joined with a line feed.</param>
    /// <param name="isTerminated">False for a last event whose blank line never came: its data may be cut.</param>
    void OnEvent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, bool isTerminated);
}
