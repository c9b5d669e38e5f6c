namespace Bascule.Traffic.Alb.Aws;

/// <summary>AWS could not be asked, or refused to answer; the message says why, and nothing that is secret.</summary>
public sealed class AwsException : Exception
{
    /// <summary>Makes an exception.</summary>
    /// <param name="message">What went wrong, without anything secret.</param>
    /// <param name="inner">What was reported, if anything.</param>
    public AwsException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
