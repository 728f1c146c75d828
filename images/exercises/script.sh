#!/bin/echo script run by
