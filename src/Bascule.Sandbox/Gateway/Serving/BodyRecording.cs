using System.Buffers;

namespace Bascule.Sandbox.Gateway.Serving;

/// <summary>Keeps a copy of a request's body as it goes by, as long as it is short.</summary>
/// <param name="limit">Bytes; of a longer body no copy is kept.</param>
internal sealed class BodyRecording(int limit)
{
    private readonly ArrayBufferWriter<byte> _copy = new();
    private bool _isTooLong;
    private bool _isWhole;

    /// <summary>All of the body; null when it did not go by to its end, or was too long.</summary>
    public byte[]? Whole => _isWhole && !_isTooLong ? _copy.WrittenSpan.ToArray() : null;

    /// <summary>Nothing more comes.</summary>
    public void Complete() => _isWhole = true;

    /// <summary>Keeps a piece.</summary>
    public void Keep(ReadOnlySpan<byte> piece)
    {
        _isTooLong |= _copy.WrittenCount + piece.Length > limit;
        if (!_isTooLong)
            _copy.Write(piece);
    }
}
