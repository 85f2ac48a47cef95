/// How long a test waits for what has to come before it fails. Nothing takes this long when all is well; a machine that is busy with
/// other things is no fault.
package let patience = Duration.seconds(300)
