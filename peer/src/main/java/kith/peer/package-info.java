/** Placeholder until the package is described. */
package kith.peer;
