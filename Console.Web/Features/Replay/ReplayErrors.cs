using Gateway.Shared.Results;

namespace ConsoleWeb.Features.Replay;

/// <summary>The recorded request cannot be sent again as it was.</summary>
internal sealed record ReplayImpossible(string Message) : Error(Message);

/// <summary>What was to be changed cannot be.</summary>
/// <param name="Field">Name of the change, as the Admin API spells it.</param>
internal sealed record ReplayChangeRefused(string Field, string Reason) : Error(Reason);

/// <summary>The caller may not send requests.</summary>
internal sealed record ReplayForbidden(string Message) : Error(Message);

/// <summary>The request never came to the gateway.</summary>
internal sealed record ReplayUnsent(string Message) : Error(Message);
