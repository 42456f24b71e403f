using System.Net;
using Gateway.Core.Pipeline;

namespace Gateway.Core.Plugins.IpRestriction;

/// <summary>Who may pass: not those that are denied, then those that are allowed, or everybody where nobody is named.</summary>
internal sealed record AddressRules(AddressList Allow, AddressList Deny)
{
    public bool Allows(IPAddress address) => !Deny.Contains(address) && (Allow.IsEmpty || Allow.Contains(address));
}
