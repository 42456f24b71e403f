namespace Gateway.Core.Plugins.LogDelivery;

/// <summary>
/// Sends records somewhere. A queue calls it for one batch at a time, unless its settings allow more, and disposes of it at the end
/// where it is disposable.
/// </summary>
internal interface IBatchSender
{
    /// <summary>Where the records go, for messages: host and port, never a credential.</summary>
    string Target { get; }

    /// <param name="cancellationToken">Cancelled when the process ends and may not wait any longer.</param>
    /// <returns>Why the batch did not arrive, or null when it did.</returns>
    Task<string?> SendAsync(IReadOnlyList<byte[]> batch, CancellationToken cancellationToken);
}
